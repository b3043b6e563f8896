// SPDX-License-Identifier: Apache-2.0
package dev.namegate.policy;

import dev.namegate.policy.Resource.HostEndpoint;
import dev.namegate.policy.Resource.NetworkSet;
import dev.namegate.policy.Resource.Profile;
import dev.namegate.policy.Resource.WorkloadEndpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a rule's selector can pick: the endpoints of all nodes and the network sets, kept
 * up as they change.
 *
 * <p><b>Threading:</b> confined to one thread.
 */
final class Population {
  private final Map<ResourceId, Member> members = new HashMap<>();
  private Map<String, Map<String, String>> profileLabels = Map.of();

  /** Is told of each change. */
  interface Listener {
    /**
     * One member takes the place of another.
     *
     * @param old null for one that came
     * @param now null for one that went
     */
    void onChange(@Nullable Member old, @Nullable Member now);
  }

  /** Takes the objects of these resources. */
  void update(Resources resources, Map<String, Profile> profiles, Listener listener) {
    Set<String> changedProfiles = changedProfiles(profiles);
    Set<ResourceId> seen = new HashSet<>();
    for (Resource object : objects(resources)) {
      Member old = members.get(object.id());
      if (seen.add(object.id())
          && (old == null
              || !Meaning.isSame(old.object(), object)
              || !Collections.disjoint(Member.profileNames(object), changedProfiles))) {
        Member now = Member.of(object, profiles);
        members.put(object.id(), now);
        listener.onChange(old, now);
      }
    }
    members
        .values()
        .removeIf(
            member -> {
              boolean gone = !seen.contains(member.id());
              if (gone) {
                listener.onChange(member, null);
              }
              return gone;
            });
  }

  private static List<Resource> objects(Resources resources) {
    List<Resource> objects = new ArrayList<>();
    objects.addAll(resources.all(WorkloadEndpoint.class));
    objects.addAll(resources.all(HostEndpoint.class));
    objects.addAll(resources.all(NetworkSet.class));
    return objects;
  }

  /** Notes the labels that profiles give; returns the profiles that give others than before. */
  private Set<String> changedProfiles(Map<String, Profile> profiles) {
    Map<String, Map<String, String>> labels = new HashMap<>();
    profiles.forEach((name, profile) -> labels.put(name, profile.labelsToApply()));
    Set<String> changed = new HashSet<>(labels.keySet());
    changed.addAll(profileLabels.keySet());
    Map<String, Map<String, String>> old = profileLabels;
    changed.removeIf(
        name -> labels.getOrDefault(name, Map.of()).equals(old.getOrDefault(name, Map.of())));
    profileLabels = labels;
    return changed;
  }

  /** The member that stands for this object. */
  Member member(ResourceId id) {
    return Objects.requireNonNull(members.get(id));
  }
}
