#include "factors/06_processes/steps.h"

namespace twelve::processes {
namespace {

const std::vector<LabStep>& Rows() {
  static const std::vector<LabStep> kRows = {
      {"kill-hers",
       "Kill the process that served her",
       "Ada signs in at web.1 and puts two items into her cart. web.1 gets SIGKILL. Who knows her?",
       {"Everybody", "Only web.1, when it is back", "Nobody"},
       0,
       "Sign in, then kill web.1",
       "Ada signed in at web.1, which was killed; the others and its successor were asked",
       "Her session is in a store behind all processes. Any of them finds it, and a process that "
       "was born a second ago is as good as the one that died.",
       "Her session was in the memory of one process. The others had never heard of her, and the "
       "successor begins with an empty memory. She is signed out, and nothing is in the log."},
      {"pin",
       "Pin her to one process",
       "A router with sticky sessions keeps Ada on web.3. Then web is scaled down and web.3 goes. "
       "With sessions in memory: when does she notice?",
       {"At once", "At the scale-down", "Never"},
       1,
       "Pin Ada to web.3, scale down",
       "a sticky router kept Ada on the last process, which was scaled away",
       "The pin changed nothing: any process could have answered. A service that keeps its state "
       "elsewhere needs no sticky sessions, so the router is free to spread the load.",
       "A pin hides state in a process and does not remove it. All looks healthy while the process "
       "lives. Deploys, crashes and scale-downs end it, and a cookie that names a process asks for "
       "the same."},
      {"replace",
       "Replace all processes",
       "A deploy ends all processes and starts new ones. What is left of Ada's cart and of an "
       "item that she stored just before?",
       {"Nothing", "The item only", "Both"},
       2,
       "Store an item, replace all",
       "an item was stored, and all processes were replaced",
       "New processes, old data. Nothing that mattered was in the old ones, so a deploy at noon is "
       "nobody's business.",
       "What was in the old processes went with them. A deploy has become a loss of data, and so "
       "does each crash and each daily restart of a platform."},
      {"read-elsewhere",
       "Read it elsewhere",
       "web.1 stores 3 apples. All processes are asked. web.1 changes it to 7. All are asked "
       "again, at once. How many numbers are there?",
       {"One", "Two", "As many as processes"},
       0,
       "Store, read, change, read",
       "one item was written and changed through web.1 and read through all",
       "One place holds the number and everybody asks there. A cache in a process is fine when it "
       "expires and when an old value for that time is fine.",
       "Processes disagree about the same item. What a user sees depends on who answers, and it "
       "changes from click to click."},
      {"saved",
       "Saved means saved",
       "web.2 acknowledges five items and gets SIGKILL right after the last answer. How many are "
       "there?",
       {"All five", "Those that it had time for", "None"},
       0,
       "Store five items, kill web.2",
       "web.2 acknowledged items and was killed at once; another process was asked for them",
       "The answer came after the write to the store. So it is true, whatever happens next to the "
       "process that gave it.",
       "\"Saved\" was said before it was true, or was true only inside of one process. The user "
       "has "
       "no reason to send it again."},
      {"upload",
       "Fetch an upload elsewhere",
       "web.1 takes a file of 20,000 bytes. Who can give it back?",
       {"Only web.1", "Everybody", "The one that is asked first"},
       1,
       "Upload to web.1, fetch from all",
       "a file was uploaded through web.1 and fetched from all",
       "The file went through web.1 into an object store. The disk of a process is scratch paper "
       "for one request.",
       "The file lies on the disk of one process: there for one request in three, and gone with "
       "the next deploy, because a new container has a new disk."},
  };
  return kRows;
}

}  // namespace

std::span<const LabStep> Steps() {
  return Rows();
}

}  // namespace twelve::processes
