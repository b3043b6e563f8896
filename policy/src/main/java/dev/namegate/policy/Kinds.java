// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of object that are read, and those that are known and refused by name. */
final class Kinds {
  static final String CALICO = "projectcalico.org/v3";
  static final String NAMEGATE = "namegate.dev/v1";
  static final String KUBERNETES = "v1";
  static final String KUBERNETES_NETWORKING = "networking.k8s.io/v1";
  static final String NAMESPACE = "Namespace";
  static final String SERVICE_ACCOUNT = "ServiceAccount";

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern GLOBAL_POLICY_NAME = Pattern.compile("(" + LABEL + "\\.)?" + LABEL);
  private static final Pattern POLICY_NAME =
      Pattern.compile(
          LABEL + "(\\." + LABEL + ")?|(knp|ossg)\\.default\\." + LABEL + "(\\." + LABEL + ")*");
  private static final Pattern TIER_NAME = Pattern.compile("(?=.{1,63}$)" + LABEL);

  private static final String POLICY_ADVICE = "use a-z, 0-9 and '-', with at most one dot";
  private static final String NAME_ADVICE = "use a-z, 0-9, '-' and '.'";
  private static final String LABEL_ADVICE = "use at most 63 of a-z, 0-9 and '-'";

  /** Kinds that configure the daemon; their specification is handed on. */
  private static final Set<String> CONFIGS = Set.of("FelixConfiguration", "NamegateConfiguration");

  private static final List<KindReader> READERS =
      List.of(
          calico(
              "GlobalNetworkPolicy",
              false,
              GLOBAL_POLICY_NAME,
              POLICY_ADVICE,
              PolicyReader::global),
          calico("NetworkPolicy", true, POLICY_NAME, POLICY_ADVICE, PolicyReader::namespaced),
          calico(
              "StagedGlobalNetworkPolicy",
              false,
              GLOBAL_POLICY_NAME,
              POLICY_ADVICE,
              PolicyReader::stagedGlobal),
          calico(
              "StagedNetworkPolicy",
              true,
              POLICY_NAME,
              POLICY_ADVICE,
              PolicyReader::stagedNamespaced),
          calico("GlobalNetworkSet", false, Fields.DNS_SUBDOMAIN, NAME_ADVICE, SetReader::read),
          calico("NetworkSet", true, Fields.DNS_SUBDOMAIN, NAME_ADVICE, SetReader::read),
          calico("HostEndpoint", false, Fields.DNS_SUBDOMAIN, NAME_ADVICE, EndpointReader::host),
          calico(
              "WorkloadEndpoint",
              true,
              Fields.DNS_SUBDOMAIN,
              NAME_ADVICE,
              EndpointReader::workload),
          calico("Tier", false, TIER_NAME, LABEL_ADVICE, TierReader::read),
          calico("Profile", false, Fields.DNS_SUBDOMAIN, NAME_ADVICE, ProfileReader::read),
          calico(
              KubernetesPolicyReader.STAGED_KIND,
              true,
              Fields.DNS_SUBDOMAIN,
              NAME_ADVICE,
              KubernetesPolicyReader::staged),
          new KindReader(
              KUBERNETES_NETWORKING,
              "NetworkPolicy",
              KubernetesPolicyReader.KIND,
              true,
              Fields.DNS_SUBDOMAIN,
              NAME_ADVICE,
              List.of(),
              KubernetesPolicyReader::enforced),
          new KindReader(
              KUBERNETES,
              NAMESPACE,
              NAMESPACE,
              false,
              TIER_NAME,
              LABEL_ADVICE,
              List.of(),
              ProfileReader::ofNamespace),
          new KindReader(
              KUBERNETES,
              SERVICE_ACCOUNT,
              SERVICE_ACCOUNT,
              true,
              Fields.DNS_SUBDOMAIN,
              NAME_ADVICE,
              List.of("secrets", "imagePullSecrets", "automountServiceAccountToken"),
              ProfileReader::ofServiceAccount));

  /** What Calico or Kubernetes has and these files cannot have. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "AdminNetworkPolicy",
          "BaselineAdminNetworkPolicy",
          "ClusterNetworkPolicy",
          "ClusterInformation",
          "KubeControllersConfiguration",
          "BGPConfiguration",
          "BGPFilter",
          "BGPPeer",
          "BlockAffinity",
          "CalicoNodeStatus",
          "GlobalAlert",
          "GlobalReport",
          "GlobalThreatFeed",
          "IPAMConfig",
          "IPAMConfiguration",
          "IPPool",
          "IPReservation",
          "LicenseKey",
          "Node",
          "Pod",
          "RemoteClusterConfiguration",
          "Service");

  private Kinds() {}

  private static KindReader calico(
      String kind, boolean namespaced, Pattern nameForm, String advice, KindReader.Body body) {
    return new KindReader(CALICO, kind, kind, namespaced, nameForm, advice, List.of(), body);
  }

  static Optional<KindReader> reader(String apiVersion, String kind) {
    return READERS.stream()
        .filter(reader -> reader.kind().equals(kind) && reader.apiVersion().equals(apiVersion))
        .findFirst();
  }

  /** The kind under which problems and ids name such an object. */
  static String shownAs(String apiVersion, String kind) {
    return reader(apiVersion, kind).map(KindReader::shownAs).orElse(kind);
  }

  static boolean isConfig(String apiVersion, String kind) {
    return CONFIGS.contains(kind) && apiVersionsOf(kind).contains(apiVersion);
  }

  /** A reader that checks the metadata of a configuration; it has no body. */
  static KindReader config(String apiVersion, String kind) {
    return new KindReader(
        apiVersion,
        kind,
        kind,
        false,
        Fields.DNS_SUBDOMAIN,
        NAME_ADVICE,
        List.of(),
        (metadata, spec) -> {
          throw new IllegalStateException(kind + " has no body");
        });
  }

  /** The versions under which this kind is read; none if it is not read at all. */
  static List<String> apiVersionsOf(String kind) {
    if (CONFIGS.contains(kind)) {
      return List.of(kind.equals("FelixConfiguration") ? CALICO : NAMEGATE);
    }
    return READERS.stream()
        .filter(reader -> reader.kind().equals(kind))
        .map(KindReader::apiVersion)
        .toList();
  }

  /** Whether the kind is known elsewhere, and cannot be read here. */
  static boolean isUnsupported(String apiVersion, String kind) {
    return UNSUPPORTED.contains(kind)
        || (apiVersionsOf(kind).isEmpty()
            && (apiVersion.startsWith("networking.k8s.io/")
                || apiVersion.startsWith("policy.networking.k8s.io/")));
  }

  /** How the kinds that are objects of policy are read. */
  static List<KindReader> readers() {
    return READERS;
  }

  /** The kinds that are read. */
  static List<String> names() {
    return Stream.concat(READERS.stream().map(KindReader::kind), CONFIGS.stream().sorted())
        .distinct()
        .toList();
  }

  /** {@code A, B of version; C of other version}. */
  static String namesWithVersions() {
    Map<String, List<String>> byVersion = new TreeMap<>();
    for (String kind : names()) {
      for (String version : apiVersionsOf(kind)) {
        byVersion.computeIfAbsent(version, unused -> new ArrayList<>()).add(kind);
      }
    }
    return byVersion.entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + " of " + entry.getKey())
        .collect(Collectors.joining("; "));
  }
}
