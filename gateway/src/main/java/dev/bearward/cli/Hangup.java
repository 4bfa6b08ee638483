package dev.bearward.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SIGHUP, which would end the process otherwise. The JDK has signals in its module jdk.unsupported
 * only, which the compiler warns of whatever is said to it; so the class is looked up at run time.
 */
final class Hangup {
  private static final Set<String> OF_OBJECT = Set.of("equals", "hashCode", "toString");

  private @Nullable Runnable reaction;
  private boolean missed;

  private Hangup() {}

  /** Takes the signal from now on, where the platform has it. */
  static Hangup taken() {
    var hangup = new Hangup();
    InvocationHandler handler =
        (_, method, arguments) -> {
          if (OF_OBJECT.contains(method.getName())) {
            return method.invoke(hangup, arguments);
          }
          hangup.came();
          return null;
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(handlers.getClassLoader(), new Class<?>[] {handlers}, handler);
      Object name = signal.getConstructor(String.class).newInstance("HUP");
      signal.getMethod("handle", signal, handlers).invoke(null, name, ours);
    } catch (ReflectiveOperationException e) {
      // There is no such signal, or no way to it; the file is followed all the same.
    }
    return hangup;
  }

  private synchronized void came() {
    if (reaction == null) {
      missed = true;
    } else {
      reaction.run();
    }
  }

  /** Has that done at each signal, and now if one came before. */
  synchronized void react(Runnable what) {
    reaction = what;
    if (missed) {
      what.run();
    }
  }
}
