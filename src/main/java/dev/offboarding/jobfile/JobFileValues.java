package dev.offboarding.jobfile;

import dev.offboarding.kit.FileMode;
import dev.offboarding.kit.Loopback;
import dev.offboarding.notice.WebhookUrl;
import dev.offboarding.plan.Share;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings.Account;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * What a job file's text means.
 *
 * <p>Stricter than Spring's converters on purpose: to those {@code first-after: 2} is two milliseconds, and {@code reports} may be a folder
 * of the class path.
 */
final class JobFileValues {
    private static final Map<Class<?>, Function<String, Object>> READERS = Map.ofEntries(
            Map.entry(String.class, text -> text),
            Map.entry(int.class, JobFileValues::wholeNumber),
            Map.entry(boolean.class, JobFileValues::yesOrNo),
            Map.entry(Integer.class, JobFileValues::wholeNumber),
            Map.entry(Path.class, JobFileValues::path),
            Map.entry(Share.class, text -> parsed(text, Share::parse)),
            Map.entry(FileMode.class, text -> parsed(text, FileMode::parse)),
            Map.entry(Duration.class, JobFileValues::duration),
            Map.entry(Period.class, JobFileValues::days),
            Map.entry(ZoneId.class, JobFileValues::zone),
            Map.entry(CronExpression.class, JobFileValues::cron),
            Map.entry(URI.class, JobFileValues::webAddress),
            Map.entry(WebhookUrl.class, JobFileValues::webhook));

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    /** Whatever is added to tonight stays a date. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final Pattern DAYS = Pattern.compile("([0-9]{1,6})d|P([0-9]{1,6})D");

    /** A text that does not stand for anything; the message follows the text, like {@code is not a duration; …}. */
    static final class WrongValue extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongValue(String message) {
            super(message);
        }
    }

    private JobFileValues() {}

    static boolean isValue(Class<?> type) {
        return READERS.containsKey(type) || type.isEnum();
    }

    /** @throws WrongValue if the text stands for nothing of this type */
    static Object read(String text, Class<?> type) {
        if (type.isEnum()) {
            return constant(text, type);
        }
        Function<String, Object> reader = READERS.get(type);
        if (reader == null) {
            throw new IllegalStateException("no reader for " + type);
        }
        return reader.apply(text);
    }

    private static Object constant(String text, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (YamlText.canonical(written(constant)).equals(YamlText.canonical(text))) {
                return constant;
            }
        }
        String allowed = Arrays.stream(type.getEnumConstants())
                .map(JobFileValues::written)
                .collect(Collectors.joining(", "));
        throw new WrongValue("is not allowed; allowed: " + allowed
                + (type == Account.class
                        ? ". An indirect reseller cannot remove relationships: ask your indirect provider to do it"
                        : ""));
    }

    private static String written(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Object wholeNumber(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new WrongValue("is not a whole number, or is too large; write digits only, like 25");
        }
    }

    private static Object yesOrNo(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new WrongValue("is neither true nor false");
        };
    }

    private static Object path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new WrongValue(
                    // a NUL is no file's, whatever the language
                    text.indexOf('\0') < 0 && text.chars().anyMatch(it -> it > '~')
                            ? "is not a file name for this program, started as it is: start it with LANG=C.UTF-8"
                            : "is not a file name");
        }
    }

    private static Object parsed(String text, Function<String, Object> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new WrongValue(String.valueOf(e.getMessage()));
        }
    }

    private static Object duration(String text) {
        Duration duration = parsed(text);
        if (duration == null || duration.isNegative()) {
            throw new WrongValue("is not a duration; write 10s, 2m, 1h");
        }
        if (duration.compareTo(LONGEST) > 0) {
            throw new WrongValue("is longer than %d days; write less".formatted(LONGEST.toDays()));
        }
        return duration;
    }

    private static @Nullable Duration parsed(String text) {
        try {
            var written = DURATION.matcher(text);
            if (!written.matches()) {
                return Duration.parse(text);
            }
            long amount = Long.parseLong(written.group(1));
            return switch (written.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    private static Object days(String text) {
        var written = DAYS.matcher(text);
        if (!written.matches()) {
            throw new WrongValue("is not a number of days; write 0d or 30d");
        }
        String days = written.group(1) != null ? written.group(1) : written.group(2);
        if (Integer.parseInt(days) > LONGEST.toDays()) {
            throw new WrongValue("is longer than %d days; write less".formatted(LONGEST.toDays()));
        }
        return Period.ofDays(Integer.parseInt(days));
    }

    private static Object zone(String text) {
        if (ZoneId.getAvailableZoneIds().contains(text)) {
            return ZoneId.of(text);
        }
        String meant = ZoneId.getAvailableZoneIds().stream()
                .filter(text::equalsIgnoreCase)
                .findFirst()
                .or(() -> JobFileKeys.nearest(text, ZoneId.getAvailableZoneIds()))
                .map(zone -> "; did you mean " + zone + "?")
                .orElse("");
        throw new WrongValue("is not a time zone; write a place's, like Europe/Berlin, or UTC" + meant);
    }

    private static Object cron(String text) {
        if (text.split("\\s+").length == 6 && CronExpression.isValidExpression(text)) {
            CronExpression cron = CronExpression.parse(text);
            if (cron.next(LocalDateTime.of(2024, 1, 1, 0, 0)) == null) {
                throw new WrongValue("never comes; there is no such day");
            }
            return cron;
        }
        throw new WrongValue("is not a schedule; write six fields: second minute hour day month weekday,"
                + " like \"0 30 3 * * *\" for half past three every night");
    }

    private static Object webAddress(String text) {
        URI uri = webUri(text.replaceAll("/+$", ""));
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new WrongValue("has more in it than scheme, host, port and path; take out user, ? and #");
        }
        return encrypted(uri);
    }

    /** As it was handed out: some have all that matters in their query. */
    private static Object webhook(String text) {
        URI uri = webUri(text);
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new WrongValue("has a user or a # in it; write it as it was handed out");
        }
        return new WebhookUrl(encrypted(uri));
    }

    private static URI webUri(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new WrongValue("is not a web address; write https://host");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        if (host == null || !(scheme.equals("https") || scheme.equals("http")) || uri.getPort() > 65535) {
            throw new WrongValue("is not a web address; write https://host");
        }
        return uri;
    }

    private static URI encrypted(URI uri) {
        if ("http".equalsIgnoreCase(uri.getScheme()) && !Loopback.is(uri.getHost())) {
            throw new WrongValue("is not encrypted; write https://, plain http goes to this machine only"
                    + " (localhost, 127.0.0.1, [::1])");
        }
        return uri;
    }
}
