// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After any edits, what was compiled step by step is what is compiled at once. */
final class IncrementalCompilerPropertyTest {
  private static final int EDITS = 12;
  private static final int FLOWS = 4;

  static LongStream seeds() {
    return Seeds.of(Integer.getInteger("policy.seeds", 300) / 4);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void compilesEachVersionAsIfItWereTheFirst(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Map.Entry<String, String>> pool = pool(random);
    Map<String, String> documents = new TreeMap<>(new Policies(random).documents());
    IncrementalCompiler compiler = new IncrementalCompiler("n");
    Version last = null;
    int mostSets = 0;
    for (int edit = 0; edit < EDITS; edit++) {
      Resources resources = Verdicts.resources(yaml(documents, random));
      CompiledPolicy expected = PolicyCompiler.compile(resources, "n");
      CompiledPolicy actual = compiler.compile(resources);
      String version = "seed " + seed + ", edit " + edit + "\n" + documents.values();
      assertEquals(expected.endpoints(), actual.endpoints(), version);
      assertEquals(expected.warnings(), actual.warnings(), version);
      assertSameDecisions(resources, expected, actual, random, version);
      if (last != null) {
        mostSets = Math.max(mostSets, expected.domainSetCount() + last.fresh.domainSetCount());
        assertTrue(actual.domainSetCount() <= mostSets, version);
        if (last.fresh.hasSameDomainSets(expected)) {
          assertTrue(actual.hasSameDomainSets(last.incremental), version);
        }
        assertSameMembershipsIfSameSets(last.incremental, actual, version);
        assertSameMembershipsOfAllOtherNames(last.incremental, actual, version);
      }
      last = new Version(expected, actual);
      change(documents, pool, random);
    }
  }

  private record Version(CompiledPolicy fresh, CompiledPolicy incremental) {}

  /** Objects to come: versions of those that are there, and others. */
  private static List<Map.Entry<String, String>> pool(SplittableRandom random) {
    List<Map.Entry<String, String>> pool = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pool.addAll(new Policies(random).documents().entrySet());
    }
    return pool;
  }

  private static void change(
      Map<String, String> documents,
      List<Map.Entry<String, String>> pool,
      SplittableRandom random) {
    for (int i = random.nextInt(4); i > 0; i--) {
      Map.Entry<String, String> next = pool.get(random.nextInt(pool.size()));
      if (random.nextInt(3) == 0 && documents.size() > 3) {
        List<String> keys = List.copyOf(documents.keySet());
        documents.remove(keys.get(random.nextInt(keys.size())));
      } else {
        documents.put(next.getKey(), next.getValue());
      }
    }
  }

  /** The documents in any order, so that positions differ too. */
  private static String yaml(Map<String, String> documents, SplittableRandom random) {
    List<String> texts = new ArrayList<>(documents.values());
    for (int i = texts.size() - 1; i > 0; i--) {
      texts.add(texts.remove(random.nextInt(i + 1)));
    }
    return String.join("", texts);
  }

  private static void assertSameDecisions(
      Resources resources,
      CompiledPolicy expected,
      CompiledPolicy actual,
      SplittableRandom random,
      String version) {
    Flows flows = new Flows(random);
    for (Endpoint endpoint : expected.endpoints()) {
      int id = endpoint.id();
      assertEquals(expected.hasStaged(id), actual.hasStaged(id), version);
      for (int i = 0; i < FLOWS; i++) {
        IpPacket packet = flows.next(Flows.objectOf(endpoint, resources));
        assertEquals(
            expected.explain(id, false, packet, flows::namesOf),
            actual.explain(id, false, packet, flows::namesOf),
            version);
        assertEquals(
            expected.explain(id, true, packet, flows::namesOf),
            actual.explain(id, true, packet, flows::namesOf),
            version);
        assertEquals(
            expected.describe(expected.evaluate(id, packet, flows.membership(expected, packet))),
            actual.describe(actual.evaluate(id, packet, flows.membership(actual, packet))),
            version);
      }
    }
  }

  private static void assertSameMembershipsIfSameSets(
      CompiledPolicy one, CompiledPolicy other, String version) {
    if (one.hasSameDomainSets(other)) {
      assertEquals(memberships(one), memberships(other), version);
      assertEquals(one.domainSetCount(), other.domainSetCount(), version);
    }
  }

  private static void assertSameMembershipsOfAllOtherNames(
      CompiledPolicy before, CompiledPolicy now, String version) {
    Optional<Set<DomainName>> affected = now.namesInOtherSets(before);
    if (affected.isPresent()) {
      Map<String, Set<Integer>> then = memberships(before);
      memberships(now)
          .forEach(
              (name, sets) -> {
                if (!affected.get().contains(DomainName.parse(name))) {
                  assertEquals(then.get(name), sets, version);
                }
              });
    }
  }

  private static Map<String, Set<Integer>> memberships(CompiledPolicy policy) {
    Map<String, Set<Integer>> memberships = new HashMap<>();
    for (String name : Policies.NAMES) {
      memberships.put(
          name,
          Arrays.stream(policy.domainSets(DomainName.parse(name)))
              .boxed()
              .collect(Collectors.toCollection(HashSet::new)));
    }
    return memberships;
  }
}
