package dev.offboarding.lists;

/** A whole list is refused: nothing in it is accepted. */
final class ListRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String remedy;

    /**
     * @param problem what is wrong and where, without a full stop
     * @param remedy a sentence: how to correct it
     */
    ListRefusedException(String problem, String remedy) {
        super(problem + ". " + remedy);
        this.problem = problem;
        this.remedy = remedy;
    }

    String problem() {
        return problem;
    }

    String remedy() {
        return remedy;
    }
}
