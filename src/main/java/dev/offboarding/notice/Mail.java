package dev.offboarding.notice;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Properties;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;

/** Sends a mail, in plain text. */
final class Mail implements Channel {

    private static final Duration STEP = Duration.ofSeconds(10);

    private final NoticeSettings.Mail settings;
    private final Clock clock;
    private final @Nullable SSLSocketFactory trust;

    Mail(NoticeSettings.Mail settings, Clock clock) {
        this(settings, clock, null);
    }

    /** @param trust which certificates are trusted; null: those that Java trusts */
    Mail(NoticeSettings.Mail settings, Clock clock, @Nullable SSLSocketFactory trust) {
        this.settings = settings;
        this.clock = clock;
        this.trust = trust;
    }

    @Override
    public String name() {
        return "mail by " + settings.host();
    }

    @Override
    public Attempt attempt(Notice notice, Duration within) {
        Duration step = within.compareTo(STEP) < 0 ? within : STEP;
        JavaMailSenderImpl sender = sender(step);
        try {
            sender.send(message(sender, notice));
            return new Attempt.Sent();
        } catch (MessagingException e) {
            return new Attempt.Refused(
                    "it could not be written: " + e.getClass().getSimpleName());
        } catch (MailAuthenticationException e) {
            return new Attempt.Refused("the server refused the login");
        } catch (MailException e) {
            return judged(e, step);
        }
    }

    private JavaMailSenderImpl sender(Duration step) {
        Properties properties = new Properties();
        String millis = String.valueOf(Math.max(1, step.toMillis()));
        properties.put("mail.smtp.connectiontimeout", millis);
        properties.put("mail.smtp.timeout", millis);
        properties.put("mail.smtp.writetimeout", millis);
        // those who can be notified are, also where another address is wrong
        properties.put("mail.smtp.sendpartial", "true");
        properties.put("mail.smtp.auth", String.valueOf(settings.username() != null));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        switch (settings.security()) {
            case STARTTLS -> {
                properties.put("mail.smtp.starttls.enable", "true");
                properties.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.put("mail.smtp.ssl.enable", "true");
            case NONE -> {
                // the job file's reader has seen to it that this goes to this machine only
            }
        }
        if (trust != null) {
            properties.put("mail.smtp.ssl.socketFactory", trust);
        }
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setJavaMailProperties(properties);
        sender.setHost(settings.host());
        sender.setPort(settings.portOrUsual());
        if (settings.username() != null) {
            sender.setUsername(settings.username());
            sender.setPassword(settings.password());
        }
        return sender;
    }

    private MimeMessage message(JavaMailSenderImpl sender, Notice notice) throws MessagingException {
        MimeMessageHelper mail = new MimeMessageHelper(sender.createMimeMessage(), StandardCharsets.UTF_8.name());
        mail.setFrom(settings.from());
        mail.setTo(settings.to().toArray(String[]::new));
        mail.setSubject(notice.headline());
        mail.setSentDate(Date.from(clock.instant()));
        mail.setText(text(notice));
        MimeMessage message = mail.getMimeMessage();
        // so that no absence note answers a program
        message.setHeader("Auto-Submitted", "auto-generated");
        return message;
    }

    private static String text(Notice notice) {
        StringBuilder text = new StringBuilder(notice.headline()).append("\r\n");
        for (Notice.Paragraph paragraph : notice.paragraphs()) {
            text.append("\r\n");
            if (!paragraph.heading().isEmpty()) {
                text.append(paragraph.heading()).append("\r\n");
            }
            paragraph.lines().forEach(line -> text.append(line).append("\r\n"));
        }
        if (notice.link() != null) {
            text.append("\r\nOpen the report: ").append(notice.link()).append("\r\n");
        }
        return text.toString();
    }

    /** What a server says may quote what it was sent, a login too; so it is not shown. */
    private static Attempt judged(MailException problem, Duration step) {
        Throwable cause = cause(problem);
        if (cause instanceof AuthenticationFailedException) {
            return new Attempt.Refused("the server refused the login");
        } else if (cause instanceof SendFailedException refused) {
            return new Attempt.Refused(
                    refused.getValidSentAddresses() != null && refused.getValidSentAddresses().length > 0
                            ? "the server did not take it for some of the addresses"
                            : "the server did not take it for any of the addresses");
        } else if (cause instanceof SSLException) {
            return new Attempt.Refused(
                    "no secure connection: the server's certificate is not trusted here, or is another host's");
        } else if (cause instanceof UnknownHostException) {
            return again("its name is not known");
        } else if (cause instanceof SocketTimeoutException) {
            return again("no answer within " + step.toSeconds() + " s");
        } else if (cause instanceof ConnectException) {
            return again("no connection");
        } else if (cause instanceof IOException) {
            return again("the connection broke");
        }
        return new Attempt.Refused(
                String.valueOf(cause.getMessage()).contains("STARTTLS")
                        ? "the server has no STARTTLS, and nothing is sent in the clear"
                        : "the server did not take it");
    }

    /** What says most: of what we know the first, else the innermost. */
    private static Throwable cause(MailException problem) {
        Throwable cause = problem;
        if (problem instanceof MailSendException send
                && !send.getFailedMessages().isEmpty()) {
            cause = send.getFailedMessages().values().iterator().next();
        }
        Throwable last = cause;
        for (Throwable c = cause; c != null; c = c.getCause()) {
            last = c;
            if (c instanceof SendFailedException
                    || c instanceof AuthenticationFailedException
                    || c instanceof SSLException) {
                return c;
            }
        }
        return last;
    }

    private static Attempt again(String why) {
        return new Attempt.Failed(why, Duration.ZERO);
    }
}
