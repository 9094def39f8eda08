"""Every peer of the matrix, in the order of the table."""

from peers.bssl import Bssl
from peers.chromium import Chromium
from peers.curl import Curl
from peers.gnutls import GnuTls
from peers.go import Go
from peers.jsse import Jsse
from peers.nginx import Nginx
from peers.node import NewNode, Node
from peers.nss import Nss
from peers.openssl import NewOpenSsl, OpenSsl

ALL = (OpenSsl, NewOpenSsl, GnuTls, Nss, Go, Bssl, Node, NewNode, Jsse, Curl, Nginx, Chromium)
QUICK = ("openssl", "gnutls", "go", "curl", "nginx")
