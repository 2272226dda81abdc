package dev.offboarding.standin;

/** The three hosts a client of Partner Center talks to. */
public enum Host {
    API,
    LOGIN,
    GRAPH
}
