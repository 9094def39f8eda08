"""python3 -m unittest table_test"""

import unittest

import table


def row(peer, value, metric="handshake", case="full", role="client", turn=1):
    return {
        "peer": peer,
        "version": "1",
        "metric": metric,
        "case": case,
        "role": role,
        "unit": "",
        "value": value,
        "round": turn,
    }


class TableTest(unittest.TestCase):
    def test_median_and_spread_are_over_rounds(self):
        rows = [row("nacre", value, turn=turn) for turn, value in ((1, 30), (2, 10), (3, 11))]
        value = table.Results(rows).get("handshake", "full", "client", "nacre")
        self.assertEqual(value, table.Value(median=11, least=10, most=30))
        self.assertEqual(table.cell(value), "11 (10..30)")

    def test_of_times_the_least_is_best(self):
        rows = [row("nacre", 90), row("rustls", 100), row("go", 300), row("limit-boringssl", 60)]
        results = table.Results(rows)
        best = results.to_best("handshake", "full", "client", "nacre")
        self.assertEqual(best, table.Ratio(0.9, "rustls", True))
        self.assertEqual(table.best_cell(best), "0.90 × rustls: better")
        self.assertEqual(results.to_limit("handshake", "full", "client", "nacre").ratio, 1.5)

    def test_the_best_rounds_are_compared(self):
        rounds = {"nacre": (90, 150, 160), "rustls": (100, 100, 200)}
        rows = [row(peer, x, turn=i) for peer, all_ in rounds.items() for i, x in enumerate(all_)]
        results = table.Results(rows)
        self.assertEqual(results.to_best("handshake", "full", "client", "nacre").ratio, 0.9)

    def test_of_throughput_the_most_is_best(self):
        rows = [row(peer, value, "bulk") for peer, value in (("nacre", 90), ("a", 100), ("b", 50))]
        best = table.Results(rows).to_best("bulk", "full", "client", "nacre")
        self.assertEqual(best, table.Ratio(0.9, "a", False))

    def test_almost_the_same_is_level(self):
        rows = [row("nacre", 100.9), row("rustls", 100)]
        best = table.Results(rows).to_best("handshake", "full", "client", "nacre")
        self.assertEqual(best.word, "level")

    def test_records_compare_with_the_limits_that_stream(self):
        rows = [
            row("nacre", 80, "bulk", "aes/64", "seal"),
            row("limit-boringssl", 200, "bulk", "aes/64", "seal"),
            row("limit-boringssl", 100, "bulk", "aes/64/streaming", "seal"),
            row("limit-boringssl", 64, "bulk", "aes/64/inner", "seal"),
        ]
        results = table.Results(rows)
        self.assertEqual(results.to_limit("bulk", "aes/64", "seal", "nacre").ratio, 0.8)
        self.assertEqual(results.to_limit("bulk_inner", "aes/64", "seal", "nacre").ratio, 1.25)
        self.assertEqual(results.get("bulk_hot", "aes/64", "seal", "limit-boringssl").median, 200)

    def test_a_limit_without_streaming_rows_is_compared_with(self):
        rows = [row("nacre", 80, "bulk"), row("limit-boringssl", 200, "bulk")]
        results = table.Results(rows)
        self.assertEqual(results.to_limit("bulk", "full", "client", "nacre").ratio, 0.4)

    def test_each_nacre_has_its_own_limit(self):
        rows = [row("nacre-aws-lc", 90), row("limit-boringssl", 10), row("limit-awslc", 45)]
        ratio = table.Results(rows).to_limit("handshake", "full", "client", "nacre-aws-lc")
        self.assertEqual(ratio.ratio, 2)

    def test_an_idle_connection_is_heap_and_object(self):
        rows = [
            row("rustls", 1000, "idle_heap"),
            row("rustls", 50, "inline_struct"),
            row("s2n-tls", 3000, "idle_heap"),
            row("s2n-tls", 900, "idle_heap_released"),
        ]
        results = table.Results(rows)
        of = {
            peer: results.get("idle_connection", "full", "client", peer).median
            for peer in ("rustls", "s2n-tls")
        }
        self.assertEqual(of, {"rustls": 1050, "s2n-tls": 900})

    def test_what_is_missing_is_a_dash(self):
        rows = [row("nacre", 1), row("rustls", 2, role="server")]
        cells = table.line(table.Results(rows), "handshake", "full", "client")
        self.assertEqual(cells, ["full", "client", "1", "–", "–"])

    def test_no_allocations_are_level_with_none(self):
        rows = [row("nacre", 0, "record_allocs"), row("s2n-tls", 0, "record_allocs")]
        best = table.Results(rows).to_best("record_allocs", "full", "client", "nacre")
        self.assertEqual(best.word, "level")

    def test_a_limit_told_twice_counts_once(self):
        rows = [row("limit-awslc", 10), row("limit-awslc", 20)]
        value = table.Results(rows).get("handshake", "full", "client", "limit-awslc")
        self.assertEqual(value.median, 10)

    def test_markdown_has_a_cell_for_each_title(self):
        rows = [row("nacre", 9), row("rustls", 10), row("limit-boringssl", 6)]
        lines = table.markdown(table.Results(rows), [("machine", "this")]).splitlines()
        counts = {line.count("|") for line in lines if line.startswith("|")}
        self.assertEqual(len(counts), 1)


if __name__ == "__main__":
    unittest.main()
