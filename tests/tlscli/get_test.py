"""`tlscli get`: bodies of every framing, and bodies that were cut short."""
import unittest

from support import APPLICATION, OK, HttpPeer, Pki, answer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


class Get(Pki):
    def get(self, code, response, *arguments, goodbye=True, path="/"):
        with HttpPeer(self, response, goodbye) as peer:
            done = self.run_tool(code, "get", "--ca", self.ca, *arguments,
                                 f"https://{peer.host}{path}")
            return done, peer

    def test_a_body_with_content_length(self):
        body = bytes(range(256)) * 1000
        done, peer = self.get(OK, HEAD + b"Content-Length: 256000\r\n\r\n" + body,
                              path="/a%20b?c=d#e")
        self.assertEqual(done.stdout, body)
        self.assertEqual(done.stderr, b"")
        request = peer.request.decode().split("\r\n")
        self.assertEqual(request[0], "GET /a%20b?c=d HTTP/1.1")
        self.assertIn(f"Host: {peer.host}", request)

    def test_a_body_with_content_length_needs_no_close_notify(self):
        done, _ = self.get(OK, HEAD + b"Content-Length: 5\r\n\r\nwhole", goodbye=False)
        self.assertEqual(done.stdout, b"whole")

    def test_a_chunked_body(self):
        done, _ = self.get(OK, HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
                           b"4\r\nWiki\r\n6;ext=1\r\npedia \r\n0010\r\n0123456789abcdef\r\n"
                           b"0\r\nTrailer: x\r\n\r\n")
        self.assertEqual(done.stdout, b"Wikipedia 0123456789abcdef")

    def test_a_body_up_to_close_notify(self):
        done, _ = self.get(OK, HEAD + b"\r\nto the end")
        self.assertEqual(done.stdout, b"to the end")

    def test_interim_responses_are_passed_over(self):
        done, _ = self.get(OK, b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HEAD +
                           b"Content-Length: 2\r\n\r\nok")
        self.assertEqual(done.stdout, b"ok")

    def test_no_body_where_there_can_be_none(self):
        done, _ = self.get(OK, b"HTTP/1.1 204 No Content\r\n\r\n")
        self.assertEqual(done.stdout, b"")

    def test_bodies_that_are_cut_short(self):
        cases = [
            (b"Content-Length: 10\r\n\r\nfive!", True),
            (b"Content-Length: 10\r\n\r\nfive!", False),
            (b"Transfer-Encoding: chunked\r\n\r\n5\r\nfive!\r\n", True),
            (b"Transfer-Encoding: chunked\r\n\r\n8\r\nfive!", True),
            (b"Transfer-Encoding: chunked\r\n\r\n5\r\nfive!\r\n0\r\n", False),
            (b"\r\nwithout close_notify", False),
            (b"Content-Type: cut", True),
        ]
        for rest, goodbye in cases:
            with self.subTest(rest=rest, goodbye=goodbye):
                done, _ = self.get(APPLICATION, HEAD + rest, goodbye=goodbye)
                self.assertIn(b"cut", done.stderr)

    def test_answers_that_are_no_http(self):
        cases = [
            b"220 mail.example.com ESMTP\r\n\r\n",
            HEAD + b"Bad Header\r\n\r\n",
            HEAD + b"Content-Length: -1\r\n\r\n",
            HEAD + b"Content-Length: 1, 2\r\n\r\nab",
            HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
            HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
            HEAD + b"X: " + b"y" * 20000 + b"\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
        ]
        for response in cases:
            with self.subTest(response=response[:60]):
                done, _ = self.get(APPLICATION, response)
                self.assertIn(b"no HTTP/1.1", done.stderr)

    def test_an_error_status_fails_with_its_page(self):
        done, _ = self.get(APPLICATION, b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\npage")
        self.assertEqual(done.stdout, b"page")
        self.assertIn(b"500 Oops", done.stderr)

    def test_redirections_are_told_and_not_followed(self):
        done, _ = self.get(OK, b"HTTP/1.1 301 Moved\r\nLocation: https://x/\x1b[31m\r\n"
                           b"Content-Length: 0\r\n\r\n")
        self.assertIn(b"https://x/\\x1b", done.stderr)

    def test_json_has_stdout_for_itself(self):
        done, _ = self.get(OK, HEAD + b"Content-Length: 4\r\n\r\nbody", "--json")
        told = answer(done)
        self.assertEqual(told["version"], 1)
        self.assertEqual(told["command"], "get")
        self.assertEqual(told["response"]["status"], 200)
        self.assertEqual(told["response"]["body_bytes"], 4)
        self.assertIn({"name": "Content-Type", "value": "text/plain"},
                      told["response"]["headers"])
        self.assertEqual(told["connection"]["protocol"], "TLS 1.3")
        self.assertEqual(done.stderr, b"body")


if __name__ == "__main__":
    unittest.main()
