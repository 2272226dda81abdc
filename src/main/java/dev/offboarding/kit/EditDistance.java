package dev.offboarding.kit;

/** How many letters are wrong in a word. */
public final class EditDistance {
    private EditDistance() {}

    /** The letters to put in, take out, change, or exchange with their neighbours, to make one of the other. */
    public static int between(String one, String other) {
        return between(one, other, Integer.MAX_VALUE);
    }

    /** The same where it is no more than {@code most}, and something above it where it is: that is found out sooner. */
    public static int between(String one, String other, int most) {
        int[][] cost = new int[one.length() + 1][other.length() + 1];
        int leastBefore = 0;
        for (int i = 0; i <= one.length(); i++) {
            int least = Integer.MAX_VALUE;
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                } else {
                    int changed = cost[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                    cost[i][j] = Math.min(changed, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                    if (i > 1
                            && j > 1
                            && one.charAt(i - 1) == other.charAt(j - 2)
                            && one.charAt(i - 2) == other.charAt(j - 1)) {
                        cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                    }
                }
                least = Math.min(least, cost[i][j]);
            }
            // an exchange reaches back two lines, and no further
            if (Math.min(least, leastBefore) > most) {
                return least;
            }
            leastBefore = least;
        }
        return cost[one.length()][other.length()];
    }
}
