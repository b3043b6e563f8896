// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.policy.IncrementalCompiler.Work;
import dev.namegate.policy.Resource.Metadata;
import dev.namegate.policy.Resource.NetworkSet;
import dev.namegate.policy.Resource.Policy;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import dev.namegate.policy.Rule.Action;
import dev.namegate.policy.Rule.Entity;
import dev.namegate.policy.selector.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a change costs, in counts: 10,000 endpoints, ten for each of 1,000 policies, each of which
 * has a rule for one of 1,000 sets of names.
 */
final class IncrementalCompilerTest {
  private static final int ENDPOINTS = 10_000;
  private static final int POLICIES = 1_000;
  private static final int PER_POLICY = ENDPOINTS / POLICIES;
  private static final Work NONE = new Work(0, 0, 0, 0);

  private final List<Resource> objects = new ArrayList<>();
  private final IncrementalCompiler compiler = new IncrementalCompiler("n");
  private final Work first;
  private CompiledPolicy policy;
  private int line;

  IncrementalCompilerTest() {
    for (int i = 0; i < ENDPOINTS; i++) {
      objects.add(endpoint(i, "a" + i % POLICIES));
    }
    for (int i = 0; i < POLICIES; i++) {
      objects.add(policy(i, "app == 'a" + i + "' && has(app)", 443));
    }
    for (int i = 0; i < POLICIES; i++) {
      objects.add(set(i, "s" + i, "n" + i + ".example"));
    }
    policy = compiler.compile(new Resources(objects, List.of()));
    first = compiler.work();
  }

  private Metadata metadata(
      String kind, String namespace, String name, Map<String, String> labels) {
    return new Metadata(
        new ResourceId(kind, namespace, name), labels, new Position("test.yaml", ++line, 1));
  }

  private WorkloadEndpoint endpoint(int i, String app) {
    return new WorkloadEndpoint(
        metadata("WorkloadEndpoint", "shop", "w" + i, Map.of("app", app, "env", "prod")),
        "n",
        "k8s",
        "",
        "cali" + i,
        List.of(IpAddress.ofIpv4(0x0a00_0000 + i)),
        List.of(),
        List.of());
  }

  private Policy policy(int i, String selector, int port) {
    Entity destination =
        new Entity(
            List.of(),
            List.of(),
            Selector.parse("role == 's" + i + "'"),
            null,
            null,
            null,
            new Rule.Ports(List.of(new Rule.PortRange(port, port)), List.of()),
            Rule.Ports.NONE,
            List.of());
    Rule rule =
        new Rule(
            Action.ALLOW,
            Rule.ANY,
            6,
            Rule.ANY,
            null,
            null,
            Entity.EMPTY,
            destination,
            new Position("test.yaml", ++line, 1));
    return new Policy(
        metadata("GlobalNetworkPolicy", "", "p" + i, Map.of()),
        "default",
        i,
        Selector.parse(selector),
        null,
        null,
        false,
        true,
        List.of(),
        List.of(rule),
        false,
        false,
        false,
        null);
  }

  private NetworkSet set(int i, String role, String domain) {
    return new NetworkSet(
        metadata("GlobalNetworkSet", "", "set" + i, Map.of("role", role)),
        List.of(),
        List.of(DomainPattern.parse(domain)));
  }

  /** Compiles again with this object in the place of the one of its id; what that cost. */
  private Work change(Resource changed) {
    objects.replaceAll(object -> object.id().equals(changed.id()) ? changed : object);
    return compileAgain();
  }

  private Work compileAgain() {
    Work before = compiler.work();
    policy = compiler.compile(new Resources(objects, List.of()));
    return compiler.work().minus(before);
  }

  @Test
  void namesOfOneSetAreAllThatHaveOtherSets() {
    CompiledPolicy before = policy;

    change(set(7, "s7", "other.example"));

    assertEquals(
        Optional.of(names("n7.example", "other.example")), policy.namesInOtherSets(before));
    assertEquals(
        Optional.of(names("n7.example", "other.example")), before.namesInOtherSets(policy));
    assertEquals(Optional.of(Set.of()), policy.namesInOtherSets(policy));
  }

  @Test
  void namesOfAPatternWithAnAsteriskAreNotListed() {
    change(set(7, "s7", "*.other.example"));
    CompiledPolicy before = policy;
    change(set(8, "s8", "one.example"));
    assertEquals(Optional.of(names("n8.example", "one.example")), policy.namesInOtherSets(before));
    change(set(7, "s7", "another.example"));

    assertEquals(Optional.empty(), policy.namesInOtherSets(before));
  }

  @Test
  void manyNamesAreNotListed() {
    CompiledPolicy before = policy;
    change(set(7, "s7", IntStream.range(0, 999)));
    Optional<Set<DomainName>> names = policy.namesInOtherSets(before);
    assertEquals(1_000, names.orElseThrow().size(), "the new ones and the one there was");
    change(set(7, "s7", IntStream.range(0, 1_000)));

    assertEquals(Optional.empty(), policy.namesInOtherSets(before));
  }

  private NetworkSet set(int i, String role, IntStream domains) {
    return new NetworkSet(
        metadata("GlobalNetworkSet", "", "set" + i, Map.of("role", role)),
        List.of(),
        domains.mapToObj(d -> DomainPattern.parse("d" + d + ".example")).toList());
  }

  private static Set<DomainName> names(String... texts) {
    return Arrays.stream(texts).map(DomainName::parse).collect(Collectors.toSet());
  }

  private int[] sets(int i) {
    return policy.domainSets(DomainName.parse("n" + i + ".example"));
  }

  @Test
  void firstCompilationComparesEachSelectorWithWhatHasItsLabelOnly() {
    assertEquals(new Work(ENDPOINTS, POLICIES, POLICIES, POLICIES), first);
    assertEquals(POLICIES, policy.domainSetCount());
  }

  @Test
  void sameAgainCostsNothing() {
    CompiledPolicy before = policy;

    assertEquals(NONE, compileAgain());
    assertTrue(policy.hasSameDomainSets(before));
  }

  @Test
  void otherPositionsCostNothing() {
    List<Resource> moved = new ArrayList<>();
    for (int i = 0; i < ENDPOINTS; i++) {
      moved.add(endpoint(i, "a" + i % POLICIES));
    }
    for (int i = 0; i < POLICIES; i++) {
      moved.add(policy(i, "app == 'a" + i + "' && has(app)", 443));
      moved.add(set(i, "s" + i, "n" + i + ".example"));
    }
    objects.clear();
    objects.addAll(moved);

    assertEquals(NONE, compileAgain());
  }

  @Test
  void labelOfOneEndpointIsComparedWithTheSelectorsForItAlone() {
    CompiledPolicy before = policy;

    // The policy that it leaves and the one that it comes to; both have their programs already.
    assertEquals(new Work(2, 0, 0, 0), change(endpoint(5, "a77")));
    assertTrue(policy.hasSameDomainSets(before));
    assertEquals(new Work(1, 0, 0, 1), change(endpoint(5, "alone")));
  }

  @Test
  void selectorOfOnePolicyIsComparedWithTheEndpointsOfItsLabelAlone() {
    // Its own ten endpoints, which have no policy now, and the ten that have two.
    assertEquals(new Work(PER_POLICY, 0, 0, 2), change(policy(3, "app == 'a4' && has(env)", 443)));
  }

  @Test
  void ruleOfOnePolicyIsCompiledAlone() {
    CompiledPolicy before = policy;

    assertEquals(new Work(0, 0, 1, 1), change(policy(3, "app == 'a3' && has(app)", 80)));
    assertTrue(policy.hasSameDomainSets(before));
  }

  @Test
  void namesOfOneSetCompileTheRulesThatReferToItAlone() {
    int[] others = sets(8);
    CompiledPolicy before = policy;

    assertEquals(new Work(0, 0, 1, 1), change(set(7, "s7", "other.example")));
    assertFalse(policy.hasSameDomainSets(before));
    assertArrayEquals(others, sets(8));
    assertEquals(0, sets(7).length);
    assertEquals(1, policy.domainSets(DomainName.parse("other.example")).length);
  }

  @Test
  void idsOfDomainSetsStayWithinWhatIsUsed() {
    for (int i = 0; i < 20; i++) {
      change(set(7, "s7", "other" + i + ".example"));
    }

    assertTrue(policy.domainSetCount() <= POLICIES + 1);
  }
}
