#include "factors/09_disposability/steps.h"

namespace twelve::disposability {
namespace {

const std::vector<LabStep>& Rows() {
  static const std::vector<LabStep> kRows = {
      {"term-one",
       "Stop one process under load",
       "web.2 is answering requests. It gets SIGTERM now. How many requests fail?",
       {"None", "Those that it is answering", "All of them until it is back"},
       0,
       "Send SIGTERM to web.2",
       "SIGTERM to web.2 with requests in flight",
       "On SIGTERM web.2 first says \"not ready\", so the balancer looks elsewhere. It goes on "
       "answering for half a second, closes its port, finishes what it has, and ends with exit 0. "
       "Switch on a violation and press the button again to see the same moment go wrong.",
       "The signal arrived, and the service did not meet it as the factor asks. The red bars are "
       "the "
       "requests that somebody waited for. Switch the violation off and press the button again: "
       "the "
       "same moment, and none of them is cut."},
      {"kill-one",
       "Pull the plug",
       "web.1 gets SIGKILL: no warning, no handler. How many requests fail?",
       {"None", "Only those that it is answering", "Everything for some seconds"},
       1,
       "Send SIGKILL to web.1",
       "SIGKILL to web.1 with requests in flight",
       "Nothing can be handled after SIGKILL, so the requests on web.1 are cut. Nothing else is: "
       "its sessions live in a backing service, and a fresh process is ready at once because it "
       "needs no lock file and no repair.",
       "SIGKILL cannot be handled, so some cut requests are normal. What is not: a successor that "
       "does not come back, or comes back late. Something that the dead process left behind, or a "
       "long start, keeps it away."},
      {"pause-one",
       "Freeze one process",
       "web.3 is frozen for 1.5 s (SIGSTOP), then goes on (SIGCONT). What do its users see?",
       {"Errors", "Late answers", "Nothing at all"},
       1,
       "Freeze web.3 for 1.5 s",
       "SIGSTOP to web.3, SIGCONT 1.5 s later",
       "A frozen process is not dead: its port still accepts, so nothing fails, answers are just "
       "late. Readiness probes time out meanwhile and keep new requests away. This is why a "
       "liveness probe with a short timeout restarts healthy processes on a busy machine.",
       "Requests failed although the process only stood still. Look at the lanes: either the "
       "client "
       "gave up waiting, or the process was replaced while it was alive."},
      {"scale",
       "Scale up and down",
       "web goes from 3 processes to 5, to 2, and back to 3, under load. What fails?",
       {"Nothing", "Requests on the way up", "Requests on the way down"},
       0,
       "Scale to 5, to 2, and back",
       "scaled web up by two, down by three, and back",
       "Scaling down is SIGTERM to the highest numbers: if one process stops cleanly, any number "
       "does. That is what lets a platform scale on a schedule without asking anybody.",
       "Scaling down is SIGTERM to the highest numbers. This service does not stop cleanly, so "
       "every "
       "scale-down costs requests, and a platform that scales by itself makes that an hourly "
       "event."},
      {"start-time",
       "Start five times",
       "How long from launch to the first complete answer?",
       {"Under a second", "A few seconds", "Half a minute"},
       0,
       "Start five fresh processes",
       "five launches, one after the other",
       "A process that is ready in milliseconds can replace a dead one before anybody notices. "
       "With a minute of start-up the same crash is an outage of a minute.",
       "While a process starts it serves nobody. At this start time a crash is an outage of the "
       "same "
       "length, a deploy takes as long for every batch, and scaling up comes after the peak."},
      {"wrapper",
       "Stop the wrong process",
       "The same service, started as sh -c \"twelve-service web; true\". The shell gets SIGTERM. "
       "What happens to the service?",
       {"It drains and ends", "It is killed", "It goes on serving"},
       2,
       "Stop the shell",
       "SIGTERM to the sh -c that launched the service",
       "The shell is what the platform launched, so the shell gets the signal. It does not pass it "
       "on. The platform sees \"stopped\" while the service still holds its port and its database "
       "connections. Write exec in start scripts, and use the list form of CMD.",
       "Whoever was launched gets the signal. Here what was launched and what serves are not the "
       "same "
       "process, so \"stopped\" on the screen of a platform means nothing. Write exec in start "
       "scripts, "
       "and use the list form of CMD."},
      {"worker",
       "Take jobs from their worker",
       "Three jobs lose their worker in the middle: SIGTERM, SIGKILL, a freeze. How many take "
       "effect?",
       {"None", "Three, each once", "Some of them twice"},
       1,
       "Stop, kill and freeze a worker",
       "three jobs whose worker is stopped, killed and frozen in their middle",
       "A worker acknowledges a job after the work. On SIGTERM it gives back what it cannot "
       "finish; "
       "after a crash or a freeze the queue gives the job to another one. That may do the work "
       "twice, so the effect is written under a key that exists once.",
       "A job was lost or took effect twice. Acknowledge after the work, return what is unfinished "
       "on SIGTERM, and write the effect under the job's key, so that a second delivery changes "
       "nothing."},
      {"term-at-boot",
       "Ask it to stop while it starts",
       "A process gets SIGTERM before it serves. What should it do?",
       {"Start first, then end", "End", "Ignore it: it is not ready"},
       1,
       "Launch one and stop it at once",
       "SIGTERM right after the launch",
       "A deploy that is rolled back stops processes that have not started yet. One that cannot be "
       "stopped then holds the roll-back up, or serves a release that nobody wants.",
       "The signal came before the handler was there, or was thrown away. Install the handler "
       "first, and look at it between the steps of the start."},
      {"ctrl-c",
       "Press Ctrl+C",
       "A developer presses Ctrl+C while a request is being answered. What happens to it?",
       {"It is answered", "It is cut"},
       0,
       "SIGINT with a request in flight",
       "SIGINT to a process that is answering",
       "A terminal sends SIGINT, a platform SIGTERM. Both mean: come to rest. With one handler for "
       "both, what runs on a laptop stops as it does in production.",
       "SIGTERM is handled and SIGINT is not. What is tried out by hand all day is then not what "
       "runs in production."},
  };
  return kRows;
}

}  // namespace

std::span<const LabStep> Steps() {
  return Rows();
}

}  // namespace twelve::disposability
