package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.PlatformUnavailableException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Errors for which no customer is to blame: known codes of sign-in and API, in plain words, with what an administrator does about them. */
final class ServiceErrors {

    private static final String SIGN_IN_AGAIN =
            "sign in again as an admin agent with multi-factor authentication, and put the new refresh token into offboarding.partner-center.refresh-token-file";

    private static final String GRAPH_PERMISSION = "DelegatedAdminRelationship.ReadWrite.All";

    private static final Map<Integer, String> SIGN_IN = Map.ofEntries(
            Map.entry(700082, "the refresh token has expired, it was not used for 90 days: " + SIGN_IN_AGAIN),
            Map.entry(70008, "the refresh token has expired: " + SIGN_IN_AGAIN),
            Map.entry(
                    50173,
                    "the refresh token was revoked, its user's password was changed or all sessions were ended: "
                            + SIGN_IN_AGAIN),
            Map.entry(50076, "the sign-in asks for multi-factor authentication: " + SIGN_IN_AGAIN),
            Map.entry(
                    50079, "the user has to register for multi-factor authentication: do that, then " + SIGN_IN_AGAIN),
            Map.entry(
                    50057,
                    "the user's account is disabled: enable it, or use another admin agent, then " + SIGN_IN_AGAIN),
            Map.entry(50034, "the user does not exist any more: use another admin agent and " + SIGN_IN_AGAIN),
            Map.entry(
                    53003,
                    "Conditional Access blocks the sign-in: have the policy allow this application from this machine, then "
                            + SIGN_IN_AGAIN),
            Map.entry(
                    65001,
                    "no one has consented to the application for this resource: grant admin consent for Partner Center (user_impersonation) and for Graph ("
                            + GRAPH_PERMISSION
                            + "), then "
                            + SIGN_IN_AGAIN),
            Map.entry(
                    9002313,
                    "this is not a refresh token, or not one of this application and tenant: " + SIGN_IN_AGAIN),
            Map.entry(
                    7000215,
                    "the client secret is wrong: make a new one for the application in Entra, and put its value (not its id) into PARTNER_CENTER_CLIENT_SECRET"),
            Map.entry(7000222, "the client secret has expired: make a new one for the application in Entra"),
            Map.entry(
                    7000218,
                    "the application has to show a secret or a certificate: give client-secret or client-certificate-file"),
            Map.entry(
                    700016, "the application is not known in this tenant: check offboarding.partner-center.client-id"),
            Map.entry(90002, "the tenant is not known: check offboarding.partner-center.tenant-id and login-url"),
            Map.entry(
                    700027,
                    "the certificate is not one of the application's: upload it in Entra, or check client-certificate-file and client-key-file"),
            Map.entry(700023, "the certificate's text is meant for another address: check login-url"),
            Map.entry(700024, "the certificate's text is not valid at this time: check this machine's clock"),
            Map.entry(500011, "the audience is not known in the tenant: check api-audience and graph-audience"));

    private static final String ROLE =
            "the user's role does not allow it: give it the role of an admin agent in Partner Center";

    private static final Map<String, String> API = Map.of(
            "900420",
            "the token is meant for someone else: check offboarding.partner-center.api-audience",
            "900421",
            "Partner Center does not accept sign-ins without multi-factor authentication: " + SIGN_IN_AGAIN,
            "900329",
            "Partner Center does not accept an application without a user here: use the refresh token of an admin agent",
            "900308",
            ROLE,
            "900150",
            ROLE,
            "900309",
            "Conditional Access blocks the user: have the policy allow this application from this machine",
            "90000",
            "Entra refused the token's issue: check the user and the application's consent in Entra",
            "900149",
            "the partner's programme is not active: check Partner Center's account settings");

    private static final Pattern AADSTS = Pattern.compile("AADSTS(\\d{4,9})");

    private ServiceErrors() {}

    /** Why the sign-in was refused. Of what it said only codes are used: its text names users. */
    static PlatformUnavailableException signIn(int status, String error, String description) {
        Matcher code = AADSTS.matcher(description);
        Integer number = code.find() ? Integer.valueOf(code.group(1)) : null;
        String known = number == null ? null : SIGN_IN.get(number);
        String what = known != null
                ? known
                : error.equals("invalid_grant")
                        ? "the refresh token is not accepted: " + SIGN_IN_AGAIN
                        : "check offboarding.partner-center in the job file and the application in Entra";
        String name = number == null ? ErrorBody.line(error) : "AADSTS" + number;
        return new PlatformUnavailableException(
                "the sign-in to Partner Center was refused (%d%s): %s"
                        .formatted(status, name.isEmpty() ? "" : ", " + name, what),
                null);
    }

    /** Null where the answer is about one customer, or passes. */
    static @Nullable PlatformUnavailableException api(int status, ErrorBody fault) {
        boolean possible = status == 401 || status == 403;
        String what = possible && fault.voice() != ErrorBody.Voice.GRAPH ? API.get(fault.code()) : null;
        return what == null
                ? null
                : new PlatformUnavailableException(
                        "Partner Center refuses every call (%d, code %s): %s".formatted(status, fault.code(), what),
                        null);
    }

    /** Graph refuses to list delegated administration, whoever the customer is. */
    static PlatformUnavailableException graph(Reply.Refused refused) {
        return new PlatformUnavailableException(
                "Microsoft Graph %s when asked for delegated administration: grant the application %s with admin consent, give its user the role of an admin agent, and check offboarding.partner-center.graph-url"
                        .formatted(refused.words(), GRAPH_PERMISSION),
                null);
    }

    static PlatformUnavailableException tokenNotAccepted(boolean graph, ErrorBody fault) {
        return new PlatformUnavailableException(
                "%s does not accept the token, not even a new one (401%s): check the user's roles, the application's permissions and offboarding.partner-center.%s"
                        .formatted(
                                graph ? "Microsoft Graph" : "Partner Center",
                                fault.code().isEmpty() ? "" : ", code " + ErrorBody.line(fault.code()),
                                graph ? "graph-audience" : "api-audience"),
                null);
    }

    static PlatformUnavailableException notReached(String whom, String url, String why) {
        return new PlatformUnavailableException(
                "%s at %s cannot be reached (%s): check the address, this machine's network and its proxy"
                        .formatted(whom, url, why),
                null);
    }
}
