#include "factors/06_processes/step_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>

namespace twelve::processes {
namespace {

using std::chrono::seconds;

constexpr int kProcesses = 3;
constexpr Duration kReadyTimeout = seconds(30);
constexpr Duration kGoneTimeout = seconds(15);
constexpr int kLooks = 6;       // through the router, before and after the scale-down
constexpr int kMostTries = 12;  // visitors, until one lands on the process that is meant
constexpr int kSavedItems = 5;
constexpr std::size_t kFileBytes = 20'000;

std::string Refused(const Sight& sight, const std::string& what) {
  if (sight.status == 0) return fmt::format("{} {}: {}.", sight.process, what, sight.problem);
  return fmt::format("{} {}: it says {}.", sight.process, what, sight.status);
}

/// Bytes of which no two neighbours are alike, so that a file that was cut or shifted shows.
std::string FileBytes() {
  std::string bytes(kFileBytes, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 % 251);
  return bytes;
}

Deploy& Web(Lab& lab) {
  return *lab.FindDeploy("web");
}

/// Empty when all processes are ready; else why not.
std::string AwaitReady(Lab& lab, const std::string& what) {
  const bool ready = lab.Wait([&] { return lab.AllReady() || lab.AnyOver(); }, kReadyTimeout, what);
  if (ready && lab.AllReady()) return {};
  return fmt::format("Not every process became ready: {}.", lab.NotReady());
}

/// All steps compare processes. Scaled to fewer by hand, there is nothing to compare.
std::string AwaitThree(Lab& lab) {
  if (static_cast<int>(Web(lab).Names().size()) < kProcesses) {
    if (Status scaled = Web(lab).Scale(kProcesses, "the step compares processes"); !scaled) {
      return scaled.error().message;
    }
  }
  return AwaitReady(lab, "waiting until all are ready");
}

/// SIGKILL, and the end of its whole tree.
std::string KillProcess(Lab& lab, const std::string& process) {
  Instance* const instance = Web(lab).Find(process);
  if (instance == nullptr) return process + " is not running.";
  lab.Note(process, "SIGKILL " + process, "SIGKILL " + process + " sent");
  const Status sent = instance->Signal(SignalTarget::kTree, SIGKILL, "SIGKILL by the step");
  if (!sent) return sent.error().message;
  if (lab.Wait([&] { return instance->Snapshot().over(); }, kGoneTimeout,
               "waiting for " + process + " to be gone")) {
    return {};
  }
  return process + " did not end on SIGKILL.";
}

std::string Relaunch(Lab& lab, const std::string& process) {
  lab.Note(process, "relaunch", process + " relaunched");
  if (Status launched = Web(lab).Relaunch(process); !launched) return launched.error().message;
  return AwaitReady(lab, "waiting until " + process + " is ready");
}

/// Asks all processes for her cart.
std::vector<Sight> CartEverywhere(Lab& lab, Visitor& ada) {
  std::vector<Sight> sights;
  for (const std::string& name : Web(lab).Names()) {
    sights.push_back(ada.SeeCart(PlaceOf(Web(lab), name)));
  }
  return sights;
}

std::vector<Sight> ItemEverywhere(Lab& lab, Visitor& ada, const std::string& id) {
  std::vector<Sight> sights;
  for (const std::string& name : Web(lab).Names()) {
    sights.push_back(ada.SeeItem(PlaceOf(Web(lab), name), id));
  }
  return sights;
}

/// What the service itself sets, without a router between.
std::vector<SetCookies> AskForCookies(Lab& lab, Visitor& ada) {
  std::vector<SetCookies> cookies;
  for (const std::string& name : Web(lab).Names()) {
    const Place place = PlaceOf(Web(lab), name);
    std::vector<std::string> first = ada.CookiesOf(place);
    cookies.push_back({std::move(first), ada.CookiesOf(place)});
  }
  return cookies;
}

/// New visitors come until the router serves one by the process that is meant: she is Ada.
std::string LandOn(Lab& lab, Visitor& ada, Router& router, PinnedFacts& facts, Place& place) {
  const auto all_ready = [&router] {
    const auto snapshot = router.Snapshot();
    return std::all_of(snapshot->targets.begin(), snapshot->targets.end(),
                       [](const RouterTargetState& target) { return target.ready; });
  };
  if (!lab.Wait(all_ready, kReadyTimeout, "waiting until the router sees all processes")) {
    return "The router did not find every process ready.";
  }
  for (int i = 0; i < kMostTries; ++i) {
    place.process.clear();
    const Sight sight = ada.SignIn(place);
    if (!ada.signed_in()) return Refused(sight, "did not sign her in");
    if (place.process != facts.process) continue;
    facts.items = sight.value;
    return sight.value == Visitor::kCart ? "" : Refused(sight, "did not fill her cart");
  }
  return fmt::format("{} visitors signed in and the router gave none of them to {}.", kMostTries,
                     facts.process);
}

void LookThroughRouter(Visitor& ada, Place& place, int& asked, int& known) {
  for (int i = 0; i < kLooks; ++i) {
    const Sight sight = ada.SeeCart(place);
    ++asked;
    if (sight.found() && sight.value == Visitor::kCart) ++known;
    place.process = sight.process;
  }
}

/// One process fewer: the last one goes.
std::string ScaleAway(Lab& lab, Router& router, const std::string& process) {
  Deploy& web = Web(lab);
  const int count = static_cast<int>(web.Names().size()) - 1;
  lab.Note("", fmt::format("web={}", count), fmt::format("scaled to {} web processes", count));
  if (Status scaled = web.Scale(count, "scaled down"); !scaled) return scaled.error().message;
  std::vector<LoadTarget> left;
  for (const LoadTarget& target : web.Targets()) {
    if (target.name != process) left.push_back(target);
  }
  if (Status told = router.SetTargets(std::move(left)); !told) return told.error().message;
  const bool gone = lab.Wait([&] { return web.Snapshots().size() == web.Names().size(); },
                             kGoneTimeout, "waiting for " + process + " to end");
  return gone ? "" : process + " did not end after the scale-down.";
}

}  // namespace

Place PlaceOf(const Deploy& web, const std::string& process) {
  const Instance* const instance = web.Find(process);
  return {process, instance == nullptr ? std::uint16_t{0} : instance->Snapshot().port};
}

KillFacts KillHers(Lab& lab, Visitor& ada) {
  KillFacts facts;
  facts.trouble = AwaitThree(lab);
  if (!facts.trouble.empty()) return facts;
  facts.served_by = Web(lab).Names().front();
  Place place = PlaceOf(Web(lab), facts.served_by);
  const Sight signed_in = ada.SignIn(place);
  facts.items = signed_in.value;
  if (facts.items != Visitor::kCart) {
    facts.trouble = Refused(signed_in, "did not fill her cart");
    return facts;
  }
  facts.trouble = KillProcess(lab, facts.served_by);
  if (!facts.trouble.empty()) return facts;
  for (const std::string& name : Web(lab).Names()) {
    if (name == facts.served_by) continue;
    facts.after.push_back(ada.SeeCart(PlaceOf(Web(lab), name)));
  }
  facts.trouble = Relaunch(lab, facts.served_by);
  facts.after.push_back(ada.SeeCart(PlaceOf(Web(lab), facts.served_by)));
  return facts;
}

PinnedFacts Pin(Lab& lab, Visitor& ada) {
  PinnedFacts facts;
  facts.trouble = AwaitThree(lab);
  if (!facts.trouble.empty()) return facts;
  facts.cookies = PinningCookies(AskForCookies(lab, ada));
  RouterPlan plan;
  plan.targets = Web(lab).Targets();
  plan.sticky = true;
  Result<std::unique_ptr<Router>> router = lab.rig.StartRouter(plan);
  if (!router) {
    facts.trouble = router.error().message;
    return facts;
  }
  Place place{"", (*router)->port(), true};
  facts.process = Web(lab).Names().back();
  facts.trouble = LandOn(lab, ada, **router, facts, place);
  if (!facts.trouble.empty()) return facts;
  LookThroughRouter(ada, place, facts.asked_before, facts.known_before);
  facts.trouble = ScaleAway(lab, **router, facts.process);
  if (!facts.trouble.empty()) return facts;
  LookThroughRouter(ada, place, facts.asked_after, facts.known_after);
  lab.Note("", "", "scaled back");
  const Status scaled = Web(lab).Scale(static_cast<int>(plan.targets.size()), "scaled back");
  facts.trouble = scaled ? AwaitReady(lab, "scaling back") : scaled.error().message;
  return facts;
}

RestartFacts ReplaceAll(Lab& lab, Visitor& ada) {
  RestartFacts facts;
  facts.trouble = AwaitThree(lab);
  if (!facts.trouble.empty()) return facts;
  Place place = PlaceOf(Web(lab), Web(lab).Names().front());
  const Sight signed_in = ada.SignIn(place);
  facts.items = signed_in.value;
  const std::string item = ada.NewItem();
  facts.quantity = 3;
  const Sight stored = ada.PutItem(place, item, facts.quantity);
  if (facts.items != Visitor::kCart) facts.trouble = Refused(signed_in, "did not fill her cart");
  if (stored.value != facts.quantity) facts.trouble = Refused(stored, "did not store the item");
  if (!facts.trouble.empty()) return facts;
  ada.ForgetSights();
  if (Status done = lab.Rerelease("all processes replaced"); !done) {
    facts.trouble = done.error().message;
    return facts;
  }
  facts.trouble = AwaitReady(lab, "waiting until all new processes are ready");
  if (!facts.trouble.empty()) return facts;
  facts.carts = CartEverywhere(lab, ada);
  facts.stock = ItemEverywhere(lab, ada, item);
  return facts;
}

ReaderFacts ReadElsewhere(Lab& lab, Visitor& ada) {
  ReaderFacts facts;
  facts.trouble = AwaitThree(lab);
  if (!facts.trouble.empty()) return facts;
  facts.writer = Web(lab).Names().front();
  facts.first = 3;
  facts.second = 7;
  const std::string item = ada.NewItem();
  const Place place = PlaceOf(Web(lab), facts.writer);
  for (const std::int64_t quantity : {facts.first, facts.second}) {
    const Sight stored = ada.PutItem(place, item, quantity);
    if (stored.value != quantity) {
      facts.trouble = Refused(stored, "did not store the item");
      return facts;
    }
    (quantity == facts.first ? facts.before : facts.after) = ItemEverywhere(lab, ada, item);
  }
  return facts;
}

SavedFacts SaveAndKill(Lab& lab, Visitor& ada) {
  SavedFacts facts;
  facts.trouble = AwaitThree(lab);
  if (!facts.trouble.empty()) return facts;
  facts.writer = Web(lab).Names()[1];
  facts.reader = Web(lab).Names()[2];
  const Place writer = PlaceOf(Web(lab), facts.writer);
  std::vector<std::string> items;
  for (int i = 0; i < kSavedItems; ++i) {
    items.push_back(ada.NewItem());
    const Sight stored = ada.PutItem(writer, items.back(), i + 1);
    if (stored.value == i + 1) ++facts.acknowledged;
  }
  const TimePoint answered = lab.Now();
  facts.trouble = KillProcess(lab, facts.writer);
  facts.killed_after_ms = ToMs(lab.Now() - answered);
  if (!facts.trouble.empty()) return facts;
  const Place reader = PlaceOf(Web(lab), facts.reader);
  for (int i = 0; i < kSavedItems; ++i) {
    const Sight sight = ada.SeeItem(reader, items[static_cast<std::size_t>(i)]);
    if (sight.found() && sight.value == i + 1) ++facts.found;
  }
  facts.trouble = Relaunch(lab, facts.writer);
  return facts;
}

UploadFacts Upload(Lab& lab, Visitor& ada) {
  UploadFacts facts;
  facts.trouble = AwaitThree(lab);
  if (!facts.trouble.empty()) return facts;
  facts.writer = Web(lab).Names().front();
  const std::string bytes = FileBytes();
  facts.bytes = static_cast<std::int64_t>(bytes.size());
  const Sight taken = ada.PutFile(PlaceOf(Web(lab), facts.writer), "photo", bytes);
  if (!taken.found()) {
    facts.trouble = Refused(taken, "did not take the file");
    return facts;
  }
  for (const std::string& name : Web(lab).Names()) {
    facts.downloads.push_back(ada.SeeFile(PlaceOf(Web(lab), name), "photo", bytes));
  }
  return facts;
}

}  // namespace twelve::processes
