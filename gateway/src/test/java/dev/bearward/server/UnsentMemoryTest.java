package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which responses go when those that nobody takes are too many. */
class UnsentMemoryTest {
  private final Queue<Runnable> soon = new ArrayDeque<>();
  private final UnsentMemory memory = new UnsentMemory(100, soon::add);
  private final List<String> cutOff = new ArrayList<>();

  private UnsentMemory.Share share(String name, long bytes) {
    UnsentMemory.Share share = memory.new Share(() -> cutOff.add(name));
    share.set(bytes);
    return share;
  }

  private void runAll() {
    for (Runnable step = soon.poll(); step != null; step = soon.poll()) {
      step.run();
    }
  }

  @Test
  @DisplayName("beyond the bound the one goes that has taken nothing for longest, and no other")
  void exceeded_longestUntaken_goes() {
    UnsentMemory.Share first = share("first", 40);
    share("second", 40);
    first.taken(39);
    share("third", 40);
    assertThat(cutOff).as("not in the midst of counting").isEmpty();
    runAll();
    assertThat(cutOff).containsExactly("second");
    assertThat(memory.held()).isEqualTo(79);
  }

  @Test
  void withinTheBound_nobodyGoes() {
    share("first", 50);
    assertThat(memory.isScarce()).isFalse();
    share("second", 50);
    assertThat(memory.isScarce()).isTrue();
    runAll();
    assertThat(cutOff).isEmpty();
  }

  @Test
  void tooLargeForAll_goesItself() {
    share("only", 101);
    runAll();
    assertThat(cutOff).containsExactly("only");
    assertThat(memory.held()).isZero();
  }

  @Test
  void over_countsNoMore() {
    UnsentMemory.Share first = share("first", 60);
    first.close();
    first.set(1000);
    assertThat(memory.held()).isZero();
    share("second", 100);
    runAll();
    assertThat(cutOff).isEmpty();
  }

  @Test
  void taken_whole_leavesTheLine() {
    share("first", 60).taken(0);
    share("second", 60);
    share("third", 60);
    runAll();
    assertThat(cutOff).containsExactly("second");
  }
}
