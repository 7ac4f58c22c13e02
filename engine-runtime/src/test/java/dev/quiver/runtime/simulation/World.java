package dev.quiver.runtime.simulation;

/** The parts of a simulated session, as they know one another. */
final class World {
    final Scenario scenario;
    final Chance chance;
    final Agenda agenda;
    final Trace trace;
    final Written written = new Written();
    final Cluster cluster;
    final Commits commits;
    final Invariants invariants;
    final SimulatedDriver driver;

    /** Whether nothing goes wrong any more. */
    boolean healed;

    private String violation;

    World(Scenario scenario, Trace trace) {
        this.scenario = scenario;
        this.trace = trace;
        this.chance = new Chance(scenario.seed);
        this.agenda = new Agenda(chance);
        this.commits = new Commits(this);
        this.cluster = new Cluster(this);
        this.invariants = new Invariants(this);
        this.driver = new SimulatedDriver(this);
    }

    /** Something is not as it must be. Whoever catches what this throws cannot hide it. */
    void violated(String what) {
        note("violated", what);
        violation = violation == null ? what : violation;
        throw new AssertionError(what);
    }

    /** The first thing that was not as it must be, or null. */
    String violation() {
        return violation;
    }

    void note(String what, Object... subjects) {
        trace.note(agenda.nanoTime(), what, subjects);
    }
}
