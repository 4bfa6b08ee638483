package dev.bearward.http;

import dev.bearward.http.Check.Setting;
import dev.bearward.http.Check.Standing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of one request so far, in order. */
public final class Checks {
  private final List<Check> all = new ArrayList<>();

  /** Adds one that may fail; says whether it passed, so that the caller goes on or stops. */
  public boolean add(Reason reason, boolean passed, String value, @Nullable Setting setting) {
    all.add(new Check(reason.label(), passed ? Standing.PASS : Standing.FAIL, value, setting));
    return passed;
  }

  /** Adds one that passed. */
  public void pass(Reason reason, String value, @Nullable Setting setting) {
    add(reason, true, value, setting);
  }

  /** Adds one that failed; always false. */
  public boolean fail(Reason reason, String value, @Nullable Setting setting) {
    return add(reason, false, value, setting);
  }

  /** Adds a step that has no reason of its own. */
  public void note(String name, String value, @Nullable Setting setting) {
    all.add(new Check(name, Standing.PASS, value, setting));
  }

  /** Adds one that only a running gateway can judge. */
  public void notJudged(Reason reason, String value, @Nullable Setting setting) {
    all.add(new Check(reason.label(), Standing.NOT_JUDGED, value, setting));
  }

  /** All of them. */
  public List<Check> all() {
    return List.copyOf(all);
  }
}
