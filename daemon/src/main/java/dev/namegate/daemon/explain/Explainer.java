// SPDX-License-Identifier: Apache-2.0
package dev.namegate.daemon.explain;

import dev.namegate.nfq.rules.RulesConfig;
import dev.namegate.packet.DomainName;
import dev.namegate.packet.IpAddress;
import dev.namegate.packet.IpPacket;
import dev.namegate.policy.CompiledPolicy;
import dev.namegate.policy.Endpoint;
import dev.namegate.policy.Explanation;
import dev.namegate.policy.Spelling;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells what becomes of a flow, and why: what the kernel's rules decide before policy is asked, and
 * the way through the policy.
 *
 * <p><b>Threading:</b> immutable; any thread.
 */
public final class Explainer {
  /**
   * Stands for the address of a name of which nothing is known: reserved, and so in no net that
   * somebody would write but all of IPv4.
   */
  private static final IpAddress ANYWHERE = IpAddress.parse("240.0.0.1");

  /** The same of IPv6: of the prefix that routers discard (RFC 6666). */
  private static final IpAddress ANYWHERE6 = IpAddress.parse("100::1");

  private static final IpAddress NO_SOURCE4 = IpAddress.parse("0.0.0.0");
  private static final IpAddress NO_SOURCE6 = IpAddress.parse("::");

  private final CompiledPolicy policy;
  private final BeforePolicy beforePolicy;
  private final Function<Endpoint, LearntNames> learntFor;

  /**
   * @param rules those that lead flows to the policy
   * @param learntFor what is learnt for an endpoint
   * @param isThisHost whether an address is one of the host's own, beside those of its endpoints
   */
  public Explainer(
      CompiledPolicy policy,
      RulesConfig rules,
      Function<Endpoint, LearntNames> learntFor,
      Predicate<IpAddress> isThisHost) {
    this.policy = policy;
    this.beforePolicy =
        new BeforePolicy(rules, isThisHost.or(address -> isOfHostEndpoint(policy, address)));
    this.learntFor = learntFor;
  }

  private static boolean isOfHostEndpoint(CompiledPolicy policy, IpAddress address) {
    return policy.endpoints().stream()
        .anyMatch(each -> each.kind() == Endpoint.Kind.HOST && each.addresses().contains(address));
  }

  /**
   * One answer for each address that the destination stands for.
   *
   * @throws IllegalArgumentException if there is no such endpoint or the destination is none; the
   *     message says what would be right
   */
  public List<FlowAnswer> explain(FlowQuestion question) {
    Endpoint endpoint = endpoint(question);
    LearntNames learnt = learntFor.apply(endpoint);
    DomainName name = nameOf(question.destination());
    if (name == null) {
      IpAddress address = IpAddress.parse(question.destination());
      return List.of(answer(question, endpoint, address, learnt::namesOf, List.of()));
    }
    List<IpAddress> addresses = learnt.addressesOf(name);
    if (addresses.isEmpty()) {
      return List.of(
          answer(
              question,
              endpoint,
              anywhere(question, endpoint),
              address -> learnt.aliasesFrom(name),
              List.of(
                  name
                      + " is not learnt: decided as if a lookup had led it to an address that no"
                      + " rule names")));
    }
    return addresses.stream()
        .map(address -> answer(question, endpoint, address, learnt::namesOf, List.of()))
        .toList();
  }

  private static IpAddress anywhere(FlowQuestion question, Endpoint endpoint) {
    boolean ipv6 =
        question.source() != null
            ? !question.source().isIpv4()
            : !endpoint.addresses().isEmpty()
                && endpoint.addresses().stream().noneMatch(IpAddress::isIpv4);
    return ipv6 ? ANYWHERE6 : ANYWHERE;
  }

  private static @Nullable DomainName nameOf(String destination) {
    try {
      IpAddress.parse(destination);
      return null;
    } catch (IllegalArgumentException notAnAddress) {
      return DomainName.parse(destination);
    }
  }

  private Endpoint endpoint(FlowQuestion question) {
    String wanted = question.endpoint();
    Endpoint.Kind host = Endpoint.Kind.HOST;
    List<Endpoint> found =
        policy.endpoints().stream()
            .filter(wanted == null ? each -> each.kind() == host : each -> isCalled(each, wanted))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          wanted == null
              ? "this node has no HostEndpoint: what the host itself opens is not judged"
              : "no endpoint \"" + wanted + "\" on this node: " + suggest(wanted));
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          (wanted == null ? "this node has several HostEndpoints" : "\"" + wanted + "\" is several")
              + ": say --endpoint with one of "
              + found.stream().map(Explainer::title).collect(Collectors.joining(", ")));
    }
    return found.get(0);
  }

  private static boolean isCalled(Endpoint endpoint, String wanted) {
    return wanted.equals(endpoint.name())
        || wanted.equals(endpoint.namespace() + "/" + endpoint.name())
        || wanted.equals(endpoint.interfaceName());
  }

  private String suggest(String wanted) {
    Set<String> names = new LinkedHashSet<>();
    policy.endpoints().forEach(each -> names.add(title(each)));
    Set<String> words = new LinkedHashSet<>(names);
    policy.endpoints().forEach(each -> words.add(each.name()));
    policy.endpoints().forEach(each -> words.add(each.interfaceName()));
    return Spelling.closest(wanted, words)
        .map(best -> "did you mean \"" + best + "\"?")
        .orElse(names.isEmpty() ? "it has none" : "it has " + String.join(", ", names));
  }

  /** {@code shop/web-eth0}, or {@code eth0} for a host endpoint. */
  private static String title(Endpoint endpoint) {
    return endpoint.namespace().isEmpty()
        ? endpoint.name()
        : endpoint.namespace() + "/" + endpoint.name();
  }

  private FlowAnswer answer(
      FlowQuestion question,
      Endpoint endpoint,
      IpAddress destination,
      Function<IpAddress, List<DomainName>> names,
      List<String> notes) {
    IpAddress source = source(question, endpoint, destination);
    String flow = describe(question, source, destination);
    List<String> allNotes = new ArrayList<>(notes);
    if (destination.isIpv4() != source.isIpv4()) {
      throw new IllegalArgumentException(
          "the source " + source + " and the destination " + destination + " are of two families");
    }
    Optional<BeforePolicy.Verdict> before =
        beforePolicy.verdict(question, endpoint, source, destination);
    if (before.isPresent()) {
      return new FlowAnswer(
          destination,
          flow,
          before.get().allow(),
          before.get().reason(),
          names.apply(destination),
          allNotes,
          null);
    }
    IpPacket packet =
        new IpPacket()
            .flow(question.protocol(), source, question.sourcePort(), destination, question.port())
            .icmp(question.icmpType().orElse(0), question.icmpCode().orElse(0));
    if (endpoint.kind() == Endpoint.Kind.HOST && !question.forwarded()) {
      allNotes.add("what the host opens through lo, or to its own workloads, is not judged");
    }
    noteOnForwarding(endpoint, packet, names, allNotes);
    Explanation way = policy.explain(endpoint.id(), question.forwarded(), packet, names);
    return new FlowAnswer(
        destination, flow, way.allow(), way.decidedBy(), names.apply(destination), allNotes, way);
  }

  private static IpAddress source(FlowQuestion question, Endpoint endpoint, IpAddress destination) {
    if (question.source() != null) {
      return question.source();
    }
    return endpoint.addresses().stream()
        .filter(address -> address.isIpv4() == destination.isIpv4())
        .findFirst()
        .orElse(destination.isIpv4() ? NO_SOURCE4 : NO_SOURCE6);
  }

  private static String describe(FlowQuestion question, IpAddress source, IpAddress destination) {
    String address = destination.isIpv4() ? destination.toString() : "[" + destination + "]";
    return Protocols.name(question.protocol())
        + " "
        + source
        + " -> "
        + (question.port() == 0 ? destination.toString() : address + ":" + question.port())
        + (question.icmpType().isEmpty() ? "" : " type " + question.icmpType().getAsInt());
  }

  /** What the host endpoints that such a flow may leave by say to it. */
  private void noteOnForwarding(
      Endpoint endpoint,
      IpPacket packet,
      Function<IpAddress, List<DomainName>> names,
      List<String> notes) {
    for (Endpoint host : policy.endpoints()) {
      if (endpoint.kind() == Endpoint.Kind.WORKLOAD && host.governedForward()) {
        Explanation leave = policy.explain(host.id(), true, packet, names);
        notes.add(
            "if it leaves through HostEndpoint "
                + host.name()
                + ", that one has to allow it, too: "
                + (leave.allow() ? "Allow: " : "Deny: ")
                + leave.decidedBy());
      }
    }
  }
}
