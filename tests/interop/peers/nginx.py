"""nginx, a server. What it negotiated is in its access log."""

from names import HYBRID
from peer import Peer, Running, Setup, find, make_report
from process import run

CURVES = {
    "x25519": "X25519",
    "secp256r1": "prime256v1",
    "secp384r1": "secp384r1",
    "secp521r1": "secp521r1",
}
CONFIG = """daemon off;
master_process off;
pid {home}/pid;
error_log stderr info;
events {{ worker_connections 16; }}
http {{
  log_format terms '{{"suite":"$ssl_cipher","group":"$ssl_curve",'
                   '"alpn":"$ssl_alpn_protocol"}} $request';
  access_log {home}/access terms;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  default_type text/html;
  server {{
    listen 127.0.0.1:{port} ssl;
    server_name localhost;
    ssl_protocols TLSv1.3;
    ssl_certificate {chain};
    ssl_certificate_key {key};
    {options}
    root {home}/www;
  }}
}}
"""


class Server(Running):
    def __init__(self, home, port):
        self.home = home
        super().__init__(["nginx", "-p", home, "-c", home / "nginx.conf", "-e", "stderr"], port)

    def _access(self):
        path = self.home / "access"
        return path.read_text() if path.exists() else ""

    def saw(self, nonces):
        return nonces.request in self._access()

    def report(self):
        log = self._access()
        return make_report(
            suite=find(r'"suite":"([^"]+)"', log),
            group=find(r'"group":"([^"]+)"', log),
            alpn=find(r'"alpn":"([^"-]+)"', log),
        )


class Nginx(Peer):
    name, title = "nginx", "nginx"
    mutual = ("server",)
    staples = ("server",)
    session_kinds = {"server": ("resumption", "0-RTT")}
    session_http = True
    session_tells = False
    lack_reasons = {("both", "external PSK"): "nginx has no external PSKs"} | {("both", group): "its OpenSSL has ML-KEM from 3.5 on" for group in HYBRID}

    def roles(self):
        return ("server",)

    def version(self):
        program = self.env.which("nginx")
        return find(r"nginx/(\S+)", run([program, "-v"])[1]) if program else None

    def session_server(self, kind, port, home):
        (home / "www").mkdir()
        options = ["rewrite ^ /page break;"]
        if kind == "0-RTT":
            options.append("ssl_early_data on;")
        (home / "www" / "page").write_text("a page\n")
        self._configure(home, port, Setup(), options)
        return ["nginx", "-p", home, "-c", home / "nginx.conf", "-e", "stderr"], {}

    def serve(self, setup, nonces):
        port = self.port()
        home = self.env.directory / f"nginx-{port}"
        (home / "www").mkdir(parents=True)
        (home / "www" / nonces.request).write_text(nonces.reply + "\n")
        options = []
        if setup.group:
            options.append(f"ssl_ecdh_curve {CURVES[setup.group]};")
        if setup.mutual:
            roots = self.env.certificates.roots
            options.append("ssl_verify_client on; ssl_verify_depth 3;")
            options.append(f"ssl_client_certificate {roots};")
        if setup.stapled:
            file = self.env.certificates.response
            options.append(f"ssl_stapling on; ssl_stapling_file {file};")
        if setup.suite:
            options.append(f"ssl_conf_command Ciphersuites {setup.suite};")
        self._configure(home, port, setup, options)
        return Server(home, port).ready()

    def _configure(self, home, port, setup, options):
        certificates = self.env.certificates
        (home / "nginx.conf").write_text(
            CONFIG.format(
                home=home,
                port=port,
                chain=certificates.chain(setup.key),
                key=certificates.key(setup.key),
                options=" ".join(options),
            )
        )
