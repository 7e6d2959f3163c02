#pragma once

#include <sys/types.h>

#include <cstddef>

#include "harness/guard/descendants.h"
#include "harness/guard/reports.h"

namespace twelve::guard {

/// The processes that this guardian must wait for: the leader, and orphans that it adopted.
class Children {
 public:
  Children(Reports& reports, Descendants& descendants)
      : reports_(reports), descendants_(descendants) {}
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  void SetLeader(pid_t pid) { leader_ = pid; }
  /// Until it is waited for, nobody else can have its number; 0 from then on.
  pid_t leader() const { return leader_; }
  /// The leader's process group, also when the leader is over.
  pid_t group() const { return group_; }
  void SetGroup(pid_t group) { group_ = group; }

  /// Takes the status of all that have ended and reports it. False when no child is left.
  bool Reap();
  /// Reports orphans that were adopted since the last time. The kernel tells nobody of adoptions.
  void LookForOrphans();
  /// From now on adoptions are of our own making and are not reported.
  void BeginKilling() { killing_ = true; }

 private:
  void Ended(pid_t pid, int status);
  bool IsKnown(pid_t pid) const;
  void Adopt(pid_t pid);

  Reports& reports_;
  Descendants& descendants_;
  pid_t leader_ = 0;
  pid_t group_ = 0;
  bool killing_ = false;
  pid_t* orphans_ = nullptr;
  std::size_t orphan_count_ = 0;
  std::size_t orphan_capacity_ = 0;
};

}  // namespace twelve::guard
