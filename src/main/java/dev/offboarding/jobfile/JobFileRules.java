package dev.offboarding.jobfile;

import static dev.offboarding.platform.partnercenter.PartnerCenterSettings.MICROSOFTS_REQUESTS_PER_MINUTE;

import dev.offboarding.kit.FileMode;
import dev.offboarding.kit.Loopback;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.notice.NoticeSettings.Security;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings.Account;
import java.nio.file.Path;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the keys of a job file require of each other. */
final class JobFileRules {
    static final String CLIENT_SECRET_VARIABLE = "PARTNER_CENTER_CLIENT_SECRET";

    /** One address and nothing around it; no character that could begin another header, address or comment. */
    private static final Pattern MAIL_ADDRESS =
            Pattern.compile("[!#$%&'*+/0-9=?A-Z^_`a-z{|}~.-]{1,64}@[0-9A-Za-z]([0-9A-Za-z.-]{0,250}[0-9A-Za-z])?");

    private static final Pattern REQUIRE_AUTH = Pattern.compile(
            "any|(scram-sha-256|md5|password|gss|sspi|none)(,(scram-sha-256|md5|password|gss|sspi|none))*");

    private static final Pattern DEFAULT = Pattern.compile("\\$\\{[^}:]+:[^}$]");

    private static final Pattern PARTNER_ID = Pattern.compile("[1-9][0-9]{0,14}");

    /** Days. What is cut back is gone: a slip of the pen is not to cost the evidence of last week. */
    private static final int LEAST_KEPT = 30;

    private final GivenKeys given;

    private JobFileRules(GivenKeys given) {
        this.given = given;
    }

    static void check(GivenKeys given) {
        var rules = new JobFileRules(given);
        rules.required("job", "write a name; the run, its folder and its lock are called so");
        rules.required("platform", "write ledger or partner-center");
        rules.required(
                "protected-customers",
                "write the CSV file of the customers that must never be offboarded, or none if there are no such");
        if (given.has("schedule.catch-up")) {
            rules.required("schedule.cron", "write when the job runs, like \"0 30 3 * * *\"");
        }
        if (given.value("remind-after") instanceof Period days && days.getDays() == 0) {
            given.wrongValue("remind-after", "would send a reminder every night; write 1d or more, like 14d");
        }
        if (given.value("report.keep") instanceof Period days && days.getDays() < LEAST_KEPT) {
            given.wrongValue(
                    "report.keep",
                    "is too short: for %d days at least reports are kept; write that or more, like 400d, or take it out to keep all"
                            .formatted(LEAST_KEPT));
        }
        rules.metrics();
        rules.modes();
        rules.list();
        rules.database("list.database");
        rules.database("ledger");
        rules.requireAuth();
        if (given.value("platform") == PlatformName.PARTNER_CENTER) {
            rules.partnerCenter();
        }
        rules.resellers();
        rules.oneOfSecretAndCertificate();
        rules.notices();
    }

    static final String SECRET_IN_THE_FILE =
            "a secret is written in the file; put it into an environment variable and write ${ITS_NAME}";
    static final String PASSWORD_IN_THE_ADDRESS =
            "a password is written in the address; write it as password: ${ITS_NAME} beside the url";

    /** What is allowed and yet not as it should be. */
    static List<String> warnings(GivenKeys given) {
        List<String> warnings = new ArrayList<>();
        if (given.value("partner-center.requests-per-minute") instanceof Integer requests
                && requests > MICROSOFTS_REQUESTS_PER_MINUTE) {
            warnings.add(given.warning(
                    "partner-center.requests-per-minute",
                    requests + " is more than the " + MICROSOFTS_REQUESTS_PER_MINUTE
                            + " that Microsoft allows; the calls above it will be turned away"));
        }
        Stream.of(
                        "partner-center.client-secret",
                        "ledger.password",
                        "list.database.password",
                        "notify.mail.password",
                        "notify.webhook.url",
                        "notify.heartbeat")
                .filter(given::isLiteralOrHasADefault)
                .map(path -> given.warning(path, SECRET_IN_THE_FILE))
                .forEach(warnings::add);
        Stream.of("ledger.url", "list.database.url")
                .filter(path -> given.isLiteral(path) && given.value(path) instanceof String url && hasPassword(url))
                .map(path -> given.warning(path, PASSWORD_IN_THE_ADDRESS))
                .forEach(warnings::add);
        return warnings;
    }

    /** Whether a secret is in this text itself, or in the default of one of its variables. */
    static boolean showsASecret(String text) {
        return !text.contains("${") || DEFAULT.matcher(text).find();
    }

    static boolean hasPassword(String url) {
        return url.matches(".*[?&](ssl)?password=.*");
    }

    private void required(String path, String how) {
        if (!given.has(path)) {
            given.problem(path, "is missing; " + how);
        }
    }

    private void metrics() {
        if (given.value("metrics.file") instanceof Path file
                && !file.getFileName().toString().endsWith(".prom")) {
            given.wrongValue(
                    "metrics.file", "does not end in .prom, and node_exporter reads no other; write " + file + ".prom");
        }
    }

    /** Other rights could not be worked with, or would let anyone change the evidence. */
    private void modes() {
        if (given.value("report.file-mode") instanceof FileMode mode
                && !(mode.has(0600) && mode.isWithin(0664) && (mode.has(0040) || mode.isWithin(~0020)))) {
            given.wrongValue(
                    "report.file-mode",
                    "is not allowed; write 6 for the owner, 0, 4 or 6 for the group and 0 or 4 for others, like 0640");
        }
        if (given.value("report.folder-mode") instanceof FileMode mode && !(mode.has(0700) && mode.isWithin(0775))) {
            given.wrongValue(
                    "report.folder-mode",
                    "is not allowed; write 7 for the owner, 0 to 7 for the group and 0, 1, 4 or 5 for others, like 0750");
        }
    }

    private void list() {
        boolean csv = given.has("list.csv");
        boolean database = given.has("list.database");
        if (!csv && !database) {
            given.problem(
                    "list",
                    "is missing; write where the list comes from: csv: { inbox: inbox } or database: { query: … }");
        } else if (csv && database) {
            given.problem("list", "has csv and database; a job has one list, so take one of them out");
        }
        if (given.has("list.csv.inbox") && given.has("list.csv.file")) {
            given.problem("list.csv", "has inbox and file; take one of them out");
        }
        if (database) {
            required("list.database.query", "write the SELECT whose rows are the list");
        }
        if (given.value("list.date-format") instanceof String format) {
            String problem = ListSettings.dateFormatProblem(format);
            if (problem != null) {
                given.wrongValue("list.date-format", problem + "; write it like dd/MM/yyyy");
            }
        }
        if (given.value("list.database.done") instanceof String done && !done.matches("(?s).*:customer_id\\b.*")) {
            given.problem(
                    "list.database.done",
                    "has no :customer_id in it and would not know whose row it is about; write … where customer_id = :customer_id");
        }
    }

    private void database(String path) {
        String url = path + ".url";
        if (given.value(url) instanceof String text && !text.startsWith("jdbc:postgresql:")) {
            given.wrongValue(
                    url, "is not the address of a PostgreSQL database; write jdbc:postgresql://host:5432/name");
        }
        for (String key : List.of(path + ".username", path + ".password")) {
            if (given.has(key) && !given.has(url)) {
                given.problem(
                        key,
                        "does nothing without offboarding." + url
                                + "; write the url too, or take this out to use the job's own database");
            }
        }
    }

    private void requireAuth() {
        if (given.value("database.require-auth") instanceof String methods
                && !REQUIRE_AUTH.matcher(methods).matches()) {
            given.wrongValue(
                    "database.require-auth",
                    "is not a way to ask for a password; write scram-sha-256, md5, password, gss, sspi or none, several with commas between them, or any");
        }
    }

    private void notices() {
        boolean webhook = given.has("notify.webhook");
        boolean mail = given.has("notify.mail");
        if (!webhook && !mail) {
            nobodyNotified();
        }
        if (given.has("notify.preview")) {
            required("notify.preview.cron", "write when the plan of the coming night is sent, like \"0 0 18 * * *\"");
            if (!given.has("schedule.cron")) {
                given.problem(
                        "notify.preview",
                        "is sent by the command schedule, before a run that it starts; write schedule: { cron: … } too, or take this out");
            }
        }
        if (webhook) {
            required(
                    "notify.webhook.url",
                    "write the address that Slack or Teams has handed out; it is a secret, so as ${ITS_NAME}");
            required("notify.webhook.format", "write slack or teams");
        }
        if (mail) {
            mail();
        }
    }

    private void nobodyNotified() {
        String how = ", so no one would be notified; write one of them, or both";
        if (given.has("notify.preview") || given.has("notify.when")) {
            given.problem(
                    given.has("notify.preview") ? "notify.preview" : "notify.when",
                    "there is neither webhook nor mail beside it" + how);
        } else if (given.has("notify") && !given.has("notify.heartbeat")) {
            given.problem("notify", "has neither webhook nor mail" + how);
        }
    }

    private void mail() {
        required("notify.mail.host", "write the name of the mail server");
        required("notify.mail.from", "write the address that the mail comes from");
        required("notify.mail.to", "write the addresses of those who are notified: [ops@example.com]");
        if (given.value("notify.mail.from") instanceof String from && !isAddress(from)) {
            given.wrongValue("notify.mail.from", "is not a mail address; write one like offboarding@example.com");
        }
        if (given.value("notify.mail.to") instanceof List<?> to && !to.stream().allMatch(JobFileRules::isAddress)) {
            given.wrongValue("notify.mail.to", "is not a list of mail addresses; write them like [ops@example.com]");
        }
        if (given.has("notify.mail.username") != given.has("notify.mail.password")) {
            given.problem(
                    "notify.mail." + (given.has("notify.mail.username") ? "password" : "username"),
                    "is missing; a login has both, or leave both out");
        }
        if (given.value("notify.mail.security") == Security.NONE
                && given.value("notify.mail.host") instanceof String host
                && !Loopback.is(host)) {
            given.problem(
                    "notify.mail.security",
                    "none is not encrypted, and goes to this machine only (localhost, 127.0.0.1, ::1); write starttls or tls");
        }
    }

    private static boolean isAddress(Object text) {
        return MAIL_ADDRESS.matcher(text.toString()).matches();
    }

    private void partnerCenter() {
        required("partner-center.tenant-id", PartnerCenterSettings.TENANT);
        if (given.value("partner-center.account") == Account.INDIRECT_PROVIDER) {
            required(
                    "partner-center.resellers",
                    "write the partner ids of the resellers whose subscriptions this job may touch: [1234567]; a customer with one of another reseller is held");
        }
        required("partner-center.client-id", "write the id of the application that signs in, a GUID");
        if (given.value("partner-center.client-secret") == null
                && !given.has("partner-center.client-secret")
                && !given.has("partner-center.client-certificate-file")
                && !given.has("partner-center.client-key-file")) {
            given.problem(
                    "partner-center.client-secret",
                    "is missing; set the environment variable " + CLIENT_SECRET_VARIABLE
                            + ", or write client-certificate-file and client-key-file");
        }
    }

    /** An indirect provider's customers may hold what other resellers have sold them. */
    private void resellers() {
        String key = "partner-center.resellers";
        if (given.has(key) && given.value("partner-center.account") != Account.INDIRECT_PROVIDER) {
            given.problem(key, "is for account: indirect-provider only; take it out, or write that account");
        }
        if (given.value(key) instanceof Collection<?> ids
                && (ids.isEmpty()
                        || !ids.stream()
                                .allMatch(
                                        id -> PARTNER_ID.matcher(id.toString()).matches()))) {
            given.wrongValue(key, "is not a list of partner ids; write them like [1234567, 7654321]");
        }
    }

    private void oneOfSecretAndCertificate() {
        boolean certificate = given.has("partner-center.client-certificate-file");
        boolean key = given.has("partner-center.client-key-file");
        if (certificate != key) {
            given.problem(
                    "partner-center." + (key ? "client-certificate-file" : "client-key-file"),
                    "is missing; a certificate and its private key belong together");
        }
        if ((certificate || key) && given.has("partner-center.client-secret")) {
            given.problem(
                    "partner-center.client-secret",
                    "is given beside a certificate; the application signs in with one of them, so take the other out");
        }
    }
}
