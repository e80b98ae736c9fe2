package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.lab.simulation.Scene.Setting;
import java.util.function.Consumer;

/** Plays a script twice: with all rules it ends well, without one of them it comes to harm. */
final class Replay {

    private Replay() {}

    /** @param harm what the failure's message begins with, without {@code rule}: the id of the broken invariant */
    static void play(Safeguard rule, String harm, Setting setting, Consumer<Scene> script) {
        run(setting, Safeguards.ALL, script);

        Throwable found = catchThrowable(() -> run(setting, Safeguards.without(rule), script));

        assertThat(found).as("without %s", rule).isNotNull();
        assertThat(found.getMessage()).as("without %s", rule).startsWith(harm);
    }

    private static void run(Setting setting, Safeguards safeguards, Consumer<Scene> script) {
        Scene scene = new Scene(setting, safeguards);
        script.accept(scene);
        scene.end();
    }
}
