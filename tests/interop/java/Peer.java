// Java's JSSE as a peer: one connection as client or server, joined with standard input and output,
// or repeated with --echo. With --rekey-after N a KeyUpdate is sent after N lines were written.
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.X509CertSelector;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public final class Peer {
  private static final char[] PASSWORD = "nacre".toCharArray();

  /** The leaf must have an OCSP response, and nobody is asked for one: so it must be stapled. */
  private static PKIXBuilderParameters stapled(KeyStore roots) throws Exception {
    CertPathBuilder builder = CertPathBuilder.getInstance("PKIX");
    PKIXRevocationChecker checker = (PKIXRevocationChecker) builder.getRevocationChecker();
    checker.setOptions(EnumSet.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(roots, new X509CertSelector());
    parameters.addCertPathChecker(checker);
    return parameters;
  }

  private static SSLContext context(Map<String, String> options) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    if (options.containsKey("store")) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream file = Files.newInputStream(Path.of(options.get("store")))) {
        store.load(file, PASSWORD);
      }
      keys.init(store, PASSWORD);
    }
    if (options.containsKey("ca")) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      try (InputStream file = Files.newInputStream(Path.of(options.get("ca")))) {
        int count = 0;
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Certificate root : factory.generateCertificates(file)) {
          store.setCertificateEntry("root" + count++, root);
        }
      }
      if (options.containsKey("status")) {
        trust.init(new CertPathTrustManagerParameters(stapled(store)));
      } else {
        trust.init(store);
      }
    }
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(options.containsKey("store") ? keys.getKeyManagers() : null,
        options.containsKey("ca") ? trust.getTrustManagers() : null, null);
    return context;
  }

  private static SSLParameters parameters(Map<String, String> options) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    String suites = "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256,TLS_CHACHA20_POLY1305_SHA256";
    parameters.setCipherSuites(options.getOrDefault("suite", suites).split(","));
    if (options.containsKey("alpn")) {
      parameters.setApplicationProtocols(new String[] {options.get("alpn")});
    }
    return parameters;
  }

  private static SSLSocket open(Map<String, String> options) throws Exception {
    SSLContext context = context(options);
    SSLParameters parameters = parameters(options);
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    if (options.containsKey("listen")) {
      int port = Integer.parseInt(options.get("listen"));
      SSLServerSocket server =
          (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 1, loopback);
      parameters.setNeedClientAuth(options.containsKey("ca"));
      server.setSSLParameters(parameters);
      return (SSLSocket) server.accept();
    }
    int port = Integer.parseInt(options.get("connect"));
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(loopback, port);
    parameters.setServerNames(List.of(new SNIHostName("localhost")));
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static void copy(InputStream in, OutputStream out, OutputStream second) throws Exception {
    byte[] chunk = new byte[4096];
    for (int size; (size = in.read(chunk)) > 0; ) {
      out.write(chunk, 0, size);
      out.flush();
      if (second != null) {
        second.write(chunk, 0, size);
        second.flush();
      }
    }
  }

  /** Sends the chunks of standard input; after `rekeyAfter`, KeyUpdate (RFC 9846, 4.7.3). */
  private static void send(SSLSocket socket, int rekeyAfter) {
    try {
      byte[] chunk = new byte[4096];
      int count = 0;
      for (int size; (size = System.in.read(chunk)) > 0; ) {
        socket.getOutputStream().write(chunk, 0, size);
        if (++count == rekeyAfter) {
          socket.startHandshake();
          System.err.println("KeyUpdate sent");
        }
      }
      socket.shutdownOutput();
    } catch (Exception e) {
      System.err.println("error: " + e);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i].substring(2), arguments[i + 1]);
    }
    if (options.containsKey("group")) {
      System.setProperty("jdk.tls.namedGroups", options.get("group"));
    }
    try (SSLSocket socket = open(options)) {
      socket.setSoTimeout(20000);
      socket.startHandshake();
      System.err.println("{\"version\":\"" + socket.getSession().getProtocol() + "\",\"suite\":\""
          + socket.getSession().getCipherSuite() + "\",\"alpn\":\""
          + String.valueOf(socket.getApplicationProtocol()) + "\"}");
      if (options.containsKey("echo")) {
        copy(socket.getInputStream(), socket.getOutputStream(), System.out);
      } else {
        int rekeyAfter = Integer.parseInt(options.getOrDefault("rekey-after", "0"));
        Thread sender = new Thread(() -> send(socket, rekeyAfter));
        sender.setDaemon(true);
        sender.start();
        copy(socket.getInputStream(), System.out, null);
      }
    } catch (Exception e) {
      System.err.println("error: " + e);
      System.exit(1);
    }
  }
}
