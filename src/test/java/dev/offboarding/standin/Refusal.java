package dev.offboarding.standin;

/** A call that is refused; {@code code} is Partner Center's number or the word of Graph and the sign-in. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    final int status;
    final String code;

    Refusal(int status, int code, String description) {
        this(status, Integer.toString(code), description);
    }

    Refusal(int status, String code, String description) {
        super(description, null, false, false);
        this.status = status;
        this.code = code;
    }

    String description() {
        return String.valueOf(getMessage());
    }

    static Refusal noRelationship() {
        return new Refusal(403, 20002, "The partner does not have a commerce relationship with the customer.");
    }

    static Refusal badInput(String what) {
        return new Refusal(400, 2000, what);
    }
}
