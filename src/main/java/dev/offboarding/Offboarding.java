package dev.offboarding;

/** The program. */
public final class Offboarding {
    private Offboarding() {}

    public static void main(String[] args) {
        System.out.println("hello");
    }
}
