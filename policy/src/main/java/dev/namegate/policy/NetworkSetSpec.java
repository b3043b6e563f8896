// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import java.util.List;
import java.util.Map;

/** A GlobalNetworkSet, or a NetworkSet if it has a namespace. */
record NetworkSetSpec(
    String namespace,
    String name,
    Map<String, String> labels,
    List<Net> nets,
    List<DomainPattern> domains) {}
