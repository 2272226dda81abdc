package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Outlook;
import dev.offboarding.platform.PlatformUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long sign-in will go on working, how its clock differs, and what the plan costs of the quota, as far as that can be known. */
final class Outlooks {

    /** Refresh tokens are valid for 90 days and replaced with each sign-in: Microsoft, "Refresh tokens in the Microsoft identity platform". */
    private static final Duration TOKEN_LIFE = Duration.ofDays(90);

    private static final int SOON_DAYS = 30;

    /** Requests of the busiest resource, subscriptions: one for each that is suspended, and these for each customer. */
    private static final int OF_A_CUSTOMER = 5;

    private final PartnerCenterSettings settings;
    private final Clock clock;

    Outlooks(PartnerCenterSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    List<Outlook> of(ZoneId zone, @Nullable Duration clockAhead, long subscriptions, long customers) {
        List<Outlook> outlooks = new ArrayList<>();
        Path certificate = settings.clientCertificateFile();
        if (certificate != null) {
            outlooks.add(certificate(certificate, zone));
        }
        token(zone, outlooks);
        if (clockAhead != null) {
            long seconds = clockAhead.toSeconds();
            outlooks.add(new Outlook(
                    seconds == 0
                            ? "this machine's clock is that of Partner Center, to the second"
                            : "this machine's clock is %d s %s that of Partner Center; a run stops at five minutes"
                                    .formatted(Math.abs(seconds), seconds > 0 ? "behind" : "ahead of"),
                    false));
        }
        long requests = subscriptions + OF_A_CUSTOMER * customers;
        if (requests > 0) {
            long minutes = (requests + settings.requestsPerMinute() - 1) / settings.requestsPerMinute();
            outlooks.add(new Outlook(
                    "what is planned takes some %d requests of one resource, so at %d a minute %d %s at least"
                            .formatted(
                                    requests,
                                    settings.requestsPerMinute(),
                                    minutes,
                                    minutes == 1 ? "minute" : "minutes"),
                    false));
        }
        return outlooks;
    }

    private Outlook certificate(Path file, ZoneId zone) {
        try {
            Instant end = ClientProof.Certificate.read(file).getNotAfter().toInstant();
            long days = ChronoUnit.DAYS.between(clock.instant(), end);
            return new Outlook(
                    "the certificate %s is valid until %s, %d days from now%s"
                            .formatted(
                                    file,
                                    LocalDate.ofInstant(end, zone),
                                    days,
                                    days <= SOON_DAYS
                                            ? ": make a new one, add it to the app registration, and put it in the file's place"
                                            : ""),
                    days <= SOON_DAYS);
        } catch (GeneralSecurityException | PlatformUnavailableException e) {
            return new Outlook("until when the certificate %s is valid cannot be read".formatted(file), true);
        }
    }

    /** The file is written when the token is replaced, or by whoever has put it there. */
    private void token(ZoneId zone, List<Outlook> outlooks) {
        Path file = settings.refreshTokenFile();
        try {
            Instant renewed = Files.getLastModifiedTime(file).toInstant();
            Instant end = renewed.plus(TOKEN_LIFE);
            long days = ChronoUnit.DAYS.between(clock.instant(), end);
            outlooks.add(new Outlook(
                    "the refresh token is of %s: unless it is renewed, as each run does where Microsoft lets it, it lapses on %s, %d days from now%s"
                            .formatted(
                                    LocalDate.ofInstant(renewed, zone),
                                    LocalDate.ofInstant(end, zone),
                                    days,
                                    days <= SOON_DAYS ? ": sign in anew, and put the new token into its file" : ""),
                    days <= SOON_DAYS));
        } catch (IOException e) {
            // whoever signs in says what is wrong with the file
            return;
        }
    }
}
