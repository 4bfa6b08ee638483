package dev.bearward.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the shapes that can have a path in common with another, without trying every pair. */
final class ShapeIndex {
  private final Map<String, ShapeIndex> literals = new HashMap<>();
  private final List<Integer> ending = new ArrayList<>();
  private @Nullable ShapeIndex any;

  /** Takes shapes by their place in the list. */
  static ShapeIndex of(List<Shape> shapes) {
    var root = new ShapeIndex();
    for (int i = 0; i < shapes.size(); i++) {
      ShapeIndex node = root;
      for (Shape.Fixed fixed : shapes.get(i).literals()) {
        node = node.below(fixed.literal());
      }
      node.ending.add(i);
    }
    return root;
  }

  private ShapeIndex below(@Nullable String literal) {
    if (literal != null) {
      return literals.computeIfAbsent(literal, _ -> new ShapeIndex());
    }
    ShapeIndex there = any != null ? any : new ShapeIndex();
    any = there;
    return there;
  }

  /** Places of all shapes that no literal and no lack of segments keeps apart from this one. */
  List<Integer> near(Shape shape) {
    var near = new ArrayList<Integer>();
    collect(shape, 0, near);
    near.sort(null);
    return near;
  }

  private void collect(Shape shape, int depth, List<Integer> near) {
    near.addAll(ending);
    boolean further = depth < shape.literals().size();
    if (!further && !shape.rest()) {
      return;
    }
    String literal = further ? shape.literal(depth) : null;
    if (literal == null) {
      literals.values().forEach(node -> node.collect(shape, depth + 1, near));
    } else {
      ShapeIndex next = literals.get(literal);
      if (next != null) {
        next.collect(shape, depth + 1, near);
      }
    }
    if (any != null) {
      any.collect(shape, depth + 1, near);
    }
  }
}
