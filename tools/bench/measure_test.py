"""python3 -m unittest measure_test"""

import unittest

import measure
import peers


def program(title, *modes):
    return peers.Program(title, {mode: [title] for mode in modes})


class RunsTest(unittest.TestCase):
    def titles(self, mode, turn):
        programs = [program(title, "handshake", "bulk", "mem") for title in "abc"]
        runs = measure.runs(programs, ("handshake", "bulk", "mem"), 3)
        return "".join(one.title for t, m, one in runs if (t, m) == (turn, mode))

    def test_all_run_once_in_a_round_in_an_order_that_rotates(self):
        self.assertEqual([self.titles("bulk", turn) for turn in (1, 2, 3)], ["abc", "bca", "cab"])

    def test_the_heap_is_measured_once(self):
        self.assertEqual([self.titles("mem", turn) for turn in (1, 2, 3)], ["abc", "", ""])

    def test_a_program_without_a_mode_is_left_out_of_it(self):
        runs = measure.runs([program("a", "bulk"), program("b", "limit")], ("bulk",), 1)
        self.assertEqual([one.title for _, _, one in runs], ["a"])

    def test_one_round_of_rows_has_its_number(self):
        row = '{"peer":"x","value":1}'
        one = peers.Program("x", {"bulk": ["echo", row]})
        measured = measure.measure(measure.runs([one], ("bulk",), 2), None)
        self.assertEqual([found["round"] for found in measured.rows], [1, 2])

    def test_what_fails_is_told_and_not_tried_again(self):
        one = peers.Program("x", {"bulk": ["false"]})
        measured = measure.measure(measure.runs([one], ("bulk",), 2), None)
        self.assertEqual(list(measured.failures), ["x bulk"])


class ChosenTest(unittest.TestCase):
    def test_a_name_means_itself_before_those_that_begin_so(self):
        self.assertEqual([peer.name for peer in peers.chosen("rustls,s2n")], ["rustls", "s2n-tls"])

    def test_an_unknown_name_is_refused(self):
        with self.assertRaises(ValueError):
            peers.chosen("nss")


if __name__ == "__main__":
    unittest.main()
