#include "factors/04_backing_services/parts/backing_set.h"

#include <fmt/format.h>

#include <algorithm>

namespace twelve {
namespace {

Error NoSuchName(const std::string& name) {
  return {
      ErrorCode::kNotFound, fmt::format("there is no backing service named \"{}\"", name), {}, 0};
}

}  // namespace

BackingSet::BackingSet(WatchOptions options, EventSink& events, const Clock& clock)
    : options_(std::move(options)), events_(events), clock_(clock) {}

BackingSet::~BackingSet() {
  DisconnectAll();
}

template <typename Attached, typename Contract>
Result<Contract*> BackingSet::Add(const std::string& name, const std::string& url,
                                  Opener<Contract> open) {
  Entry entry;
  auto attached = std::make_unique<Attached>();
  Attached* const it = attached.get();
  entry.service = std::move(attached);
  entry.prepare = [it, open, timeout = options_.connect_timeout](
                      const std::string* next_url) -> Result<std::function<void()>> {
    std::shared_ptr<Contract> next;
    if (next_url != nullptr) {
      Result<std::unique_ptr<Contract>> opened = open(*next_url);
      if (!opened) return opened.error();
      next = std::move(opened).value();
    }
    return std::function<void()>([it, next, timeout] {
      // Connected first, so that no use falls between the two. One that cannot be is put in place
      // all the same, and is tried again by its watch.
      if (next) static_cast<void>(next->Connect(timeout).ok());
      if (const std::shared_ptr<Contract> old = it->Exchange(next)) old->Disconnect();
    });
  };
  Result<std::unique_ptr<Contract>> first = open(url);
  if (!first) return first.error();
  it->Exchange(std::move(first).value());
  entry.watch = std::make_unique<BackingWatch>(name, *it, options_, events_, clock_);
  entries_.push_back(std::move(entry));
  return static_cast<Contract*>(it);
}

Result<Database*> BackingSet::AddDatabase(const std::string& name, const std::string& url,
                                          Opener<Database> open) {
  return Add<AttachedDatabase, Database>(name, url, std::move(open));
}

Result<Cache*> BackingSet::AddCache(const std::string& name, const std::string& url,
                                    Opener<Cache> open) {
  return Add<AttachedCache, Cache>(name, url, std::move(open));
}

Result<JobQueue*> BackingSet::AddQueue(const std::string& name, const std::string& url,
                                       Opener<JobQueue> open) {
  return Add<AttachedQueue, JobQueue>(name, url, std::move(open));
}

Result<ObjectStorage*> BackingSet::AddStorage(const std::string& name, const std::string& url,
                                              Opener<ObjectStorage> open) {
  return Add<AttachedStorage, ObjectStorage>(name, url, std::move(open));
}

std::vector<BackingReport> BackingSet::ConnectAll(Duration timeout) {
  std::vector<std::uint64_t> asked;
  for (const Entry& entry : entries_) asked.push_back(entry.watch->Start());
  return WaitForAll(asked, timeout);
}

void BackingSet::DisconnectAll() {
  MutexLock lock(changing_);
  for (const Entry& entry : entries_) entry.watch->BeginStop();
  for (const Entry& entry : entries_) entry.watch->Join();
}

std::vector<BackingReport> BackingSet::CheckAll(Duration timeout) {
  std::vector<std::uint64_t> asked;
  for (const Entry& entry : entries_) asked.push_back(entry.watch->AskForCheck());
  return WaitForAll(asked, timeout);
}

std::vector<BackingReport> BackingSet::WaitForAll(const std::vector<std::uint64_t>& asked,
                                                  Duration timeout) {
  const TimePoint until = std::chrono::steady_clock::now() + timeout;
  std::vector<BackingReport> reports;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    reports.push_back(entries_[i].watch->WaitFor(asked[i], until));
  }
  return reports;
}

std::vector<BackingReport> BackingSet::Reports() const {
  std::vector<BackingReport> reports;
  for (const Entry& entry : entries_) reports.push_back(entry.watch->Report());
  return reports;
}

Status BackingSet::Ready(Duration timeout) {
  for (const BackingReport& report : CheckAll(timeout)) {
    if (report.state == BackingState::kUp) continue;
    const std::string why = report.error ? report.error->message : std::string();
    return Error{report.error ? report.error->code : ErrorCode::kClosed,
                 fmt::format("{} is {}{}{}", report.name, ToString(report.state),
                             why.empty() ? "" : ": ", why),
                 {},
                 0};
  }
  return {};
}

BackingSet::Entry* BackingSet::Find(const std::string& name) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&name](const Entry& entry) {
    return entry.watch->name() == name;
  });
  return found == entries_.end() ? nullptr : &*found;
}

Status BackingSet::Detach(const std::string& name) {
  Entry* const entry = Find(name);
  if (entry == nullptr) return NoSuchName(name);
  MutexLock lock(changing_);
  const Result<std::function<void()>> put = entry->prepare(nullptr);
  if (!put) return put.error();
  entry->watch->Change(put.value(), false);
  return {};
}

Result<BackingReport> BackingSet::Attach(const std::string& name, const std::string& url,
                                         Duration timeout) {
  Entry* const entry = Find(name);
  if (entry == nullptr) return NoSuchName(name);
  {
    MutexLock lock(changing_);
    const Result<std::function<void()>> put = entry->prepare(&url);
    if (!put) return put.error();
    entry->watch->Change(put.value(), true);
  }
  return entry->watch->WaitFor(entry->watch->AskForCheck(),
                               std::chrono::steady_clock::now() + timeout);
}

}  // namespace twelve
