package dev.offboarding.lists;

/**
 * How a CSV text keeps its cells apart.
 *
 * @param named whether its first line is {@code sep=} and the delimiter
 */
record Layout(char delimiter, boolean named) {
    static final Layout USUAL = new Layout(',', false);
}
