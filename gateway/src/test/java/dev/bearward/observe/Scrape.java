package dev.bearward.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Prometheus text format (version 0.0.4), read strictly. */
record Scrape(Map<String, Scrape.Family> families, Map<String, Double> samples) {
  /** One metric with its HELP and TYPE line. */
  record Family(String type, String help, List<String> samples) {}

  private static final Pattern HELP = Pattern.compile("# HELP ([a-z][a-z0-9_]*) (.+)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)");
  private static final String LABEL = "[a-z_]+=\"(?:[^\"\\\\\\n]|\\\\[\"\\\\n])*\"";
  private static final Pattern SAMPLE =
      Pattern.compile("([a-z][a-z0-9_]*)(\\{" + LABEL + "(?:," + LABEL + ")*})? (\\S+)");

  static Scrape read(String text) {
    var families = new LinkedHashMap<String, Family>();
    var samples = new LinkedHashMap<String, Double>();
    String help = "";
    Family family = new Family("none", "", new ArrayList<>());
    String name = "";
    for (String line : text.lines().toList()) {
      Matcher matcher = HELP.matcher(line);
      if (matcher.matches()) {
        name = matcher.group(1);
        help = matcher.group(2);
        continue;
      }
      matcher = TYPE.matcher(line);
      if (matcher.matches()) {
        expect(matcher.group(1).equals(name), "a HELP line before", line);
        family = new Family(matcher.group(2), help, new ArrayList<>());
        expect(families.put(name, family) == null, "each metric once", line);
        continue;
      }
      matcher = SAMPLE.matcher(line);
      expect(matcher.matches() && matcher.group(1).startsWith(name), "a sample of " + name, line);
      family.samples().add(line);
      String key = line.substring(0, line.lastIndexOf(' '));
      expect(samples.put(key, value(matcher.group(3))) == null, "each sample once", line);
    }
    return new Scrape(families, samples);
  }

  private static double value(String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  private static void expect(boolean condition, String what, String line) {
    if (!condition) {
      throw new AssertionError("exposition: " + line + " (expected: " + what + ")");
    }
  }

  /** Value of one sample, written with its labels as in the exposition. */
  double of(String sample) {
    Double value = samples.get(sample);
    if (value == null) {
      throw new AssertionError(sample + ": absent; there is " + samples.keySet());
    }
    return value;
  }
}
