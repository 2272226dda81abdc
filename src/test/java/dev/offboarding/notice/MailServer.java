package dev.offboarding.notice;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.offboarding.kit.QuickFolders;
import dev.offboarding.notice.NoticeSettings.Security;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A real mail server on this machine. Its certificate is for {@code localhost} and for nothing else. */
public final class MailServer implements AutoCloseable {

    private static final String PASSWORD = "changeit";
    private static final Path KEYS = keys();

    private final GreenMail mail;

    public MailServer() {
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
    }

    public GreenMail mail() {
        return mail;
    }

    public int port() {
        return mail.getSmtp().getPort();
    }

    /** Made where the tests run: one in the project would expire one day. */
    private static Path keys() {
        try {
            Path folder = QuickFolders.make("mail");
            Path keys = folder.resolve("keys.p12");
            Process keytool = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keystore",
                            keys.toString(),
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-alias",
                            "mail",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost",
                            "-validity",
                            "2"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (keytool.waitFor() != 0) {
                throw new AssertionError("keytool ended with " + keytool.exitValue());
            }
            // what is noted last is deleted first
            folder.toFile().deleteOnExit();
            keys.toFile().deleteOnExit();
            return keys;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static KeyStore store() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(KEYS)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    /** The same server behind a door that encrypts. */
    FrontDoor behind(Security security) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return new FrontDoor(security, context.getSocketFactory(), port());
    }

    /** Trusts this server's certificate and no other. */
    static SSLSocketFactory trust() throws Exception {
        KeyStore store = store();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("mail", store.getCertificate("mail"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    @Override
    public void close() {
        mail.stop();
    }
}
