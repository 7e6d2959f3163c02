// Build, release, run with real repositories and processes: from a push to a running release.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <set>

#include "tests/integration/release_app.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Answers with its environment as JSON; says whether it could write beside its own code.
constexpr const char* kServer = R"(
import http.server, json, os, signal
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'written'), 'w').close()
            wrote = True
        except OSError:
            wrote = False
        body = json.dumps({'env': dict(os.environ), 'wrote': wrote}).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
signal.signal(signal.SIGTERM, lambda *a: os._exit(0))
http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
)";

/// The body of a GET on loopback; empty when nobody answers.
std::string Get(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string text;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = "GET / HTTP/1.0\r\n\r\n";
    if (write(fd, request.data(), request.size()) > 0) {
      char buffer[4096];
      for (ssize_t n = 0; (n = read(fd, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(n));
      }
    }
  }
  close(fd);
  const std::size_t body = text.find("\r\n\r\n");
  return body == std::string::npos ? "" : text.substr(body + 4);
}

class ReleaseTest : public ReleaseApp {
 protected:
  void CommitServer() {
    Write("app/server.py", kServer);
    Write("app/Procfile",
          "web: python3 server.py\n"
          "worker: sh -c 'echo worker is here; exec sleep 600'\n"
          "admin: sh task.sh\n"
          "wait: sh -c 'echo waits; exec sleep 600'\n");
    Write("app/task.sh", "echo $1 in $RELEASE_ID with $A\necho said >&2\ntest \"$1\" != fail\n");
    Commit("a server");
  }
  /// Starts `twelve release run`; the port of web.1 once it is ready.
  int StartRelease(const std::string& release, const std::string& formation, pid_t& pid) {
    pid = Start(Twelve({"release", "run", release, formation, "--json", "-p", "20900"}), "running");
    int port = 0;
    EXPECT_TRUE(Eventually([&] {
      for (const json& event : Events()) {
        if (event.value("process", "") == "web.1" && event.value("state", "") == "ready") {
          port = event.value("port", 0);
        }
      }
      return port != 0;
    })) << Slurp(directory_ / "running.out")
        << Slurp(directory_ / "running.err");
    return port;
  }
  std::vector<json> Events() const {
    std::vector<json> events;
    std::ifstream file(directory_ / "running.out");
    for (std::string line; std::getline(file, line);) {
      const json event = json::parse(line, nullptr, false);
      if (event.is_object()) events.push_back(event);
    }
    return events;
  }
};

TEST_F(ReleaseTest, RunsACommitWithItsConfigFromFilesThatNobodyCanWrite) {
  CommitServer();
  ASSERT_EQ(Do({"release", "config", "set", "staging", "A=one", "API_KEY=s3cr3t"}).code, 0);
  const Outcome built = Do({"release", "build", "--repo", "app", "--to", "staging", "--json"});
  ASSERT_EQ(built.code, 0) << built.err;
  const json release = built.Json()["made_release"];
  EXPECT_EQ(release["release"], "v2");
  EXPECT_THAT(built.out, Not(HasSubstr("s3cr3t")));
  pid_t pid = 0;
  const int port = StartRelease("staging", "web=1", pid);
  const json answer = json::parse(Get(port), nullptr, false);
  ASSERT_TRUE(answer.is_object());
  EXPECT_EQ(answer["env"]["RELEASE_ID"], "v2");
  EXPECT_EQ(answer["env"]["GIT_SHA"], release["commit"]);
  EXPECT_EQ(answer["env"]["A"], "one");
  EXPECT_EQ(answer["env"]["API_KEY"], "s3cr3t");
  EXPECT_FALSE(answer["env"].contains("NOT_DECLARED"));
  // Permissions alone do not stop root; the mount does.
  const bool mounted = Slurp(directory_ / "running.out").find("mounted") != std::string::npos;
  EXPECT_TRUE(mounted || geteuid() == 0 || !answer["wrote"].get<bool>());
  if (mounted) {
    EXPECT_FALSE(answer["wrote"].get<bool>());
  }
  kill(pid, SIGTERM);
  EXPECT_EQ(Wait(pid, "running").code, 0);
}

TEST_F(ReleaseTest, ATypeStartsWhenTheOneBeforeIsReady) {
  CommitServer();
  ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
  pid_t pid = 0;
  StartRelease("v1", "web=2,worker=1", pid);
  ASSERT_TRUE(Eventually([this] {
    return Slurp(directory_ / "running.out").find("worker is here") != std::string::npos;
  }));
  std::set<std::string> ready;
  for (const json& event : Events()) {
    const std::string process = event.value("process", "");
    if (event.value("state", "") == "ready") ready.insert(process);
    if (process == "worker.1") {
      EXPECT_TRUE(ready.count("web.1") == 1 && ready.count("web.2") == 1) << event;
    }
  }
  kill(pid, SIGINT);
  EXPECT_EQ(Wait(pid, "running").code, 0);
}

TEST_F(ReleaseTest, AProcessThatEndsBeforeItIsReadyStopsTheRelease) {
  Write("app/Procfile", "web: sh -c 'exit 3'\nworker: sleep 600\n");
  Commit("broken");
  ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
  const Outcome run = Do({"release", "run", "v1", "web=1,worker=1"});
  EXPECT_EQ(run.code, 3) << run.out;
  EXPECT_THAT(run.out, Not(HasSubstr("worker.1")));
}

TEST_F(ReleaseTest, AProcessThatIsNeverReadyStopsTheRelease) {
  Write("app/Procfile", "web: sleep 600\nworker: sleep 600\n");
  Commit("mute");
  ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
  const Outcome run = Do({"release", "run", "v1", "--ready-timeout", "0.5"});
  EXPECT_EQ(run.code, 1) << run.out;
  EXPECT_THAT(run.out, HasSubstr("not ready in its time"));
  EXPECT_THAT(run.out, Not(HasSubstr("worker.1")));
}

TEST_F(ReleaseTest, MovesASlugFromStageToStageAndBack) {
  Write("app/Procfile", "web: one\n");
  Commit("one");
  ASSERT_EQ(Do({"release", "config", "set", "production", "STAGE=prod", "DB_PASSWORD=hush"}).code,
            0);
  ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
  ASSERT_EQ(Do({"release", "promote", "staging", "--to", "production"}).code, 0);
  Write("app/Procfile", "web: two\n");
  Commit("two");
  ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
  ASSERT_EQ(Do({"release", "promote", "v4", "--to", "production"}).code, 0);
  const Outcome back = Do({"release", "rollback", "production", "--json"});
  ASSERT_EQ(back.code, 0) << back.err;
  EXPECT_EQ(back.Json()["release"], "v6");
  EXPECT_EQ(back.Json()["restores"], "v3");
  EXPECT_EQ(back.Json()["config"]["STAGE"], "prod");
  const Outcome builds = Do({"release", "builds", "--json"});
  EXPECT_EQ(builds.Json()["builds"].size(), 2U) << "nothing was built again";
  EXPECT_EQ(back.Json()["slug"], Do({"release", "show", "v2", "--json"}).Json()["slug"]);
  const Outcome shown = Do({"release", "show", "v1"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr("+ STAGE=prod"), HasSubstr("+ DB_PASSWORD=[masked]")));
  EXPECT_THAT(Do({"release", "list"}).out, HasSubstr("* v6"));
}

TEST_F(ReleaseTest, APushBuildsAndReleases) {
  Write("app/Procfile", "web: one\n");
  Write("app/buildspec.json",
        R"({"phases": {"pre_build": ["echo getting"], "build": ["echo making $BUILD_TAG"],
                       "post_build": ["echo done"]}})");
  Commit("one");
  Git({"init", "-q", "--bare", "-b", "main", "../remote.git"});
  const Outcome installed = Do({"release", "pipeline", "init", "remote.git", "--env", "staging"});
  ASSERT_EQ(installed.code, 0) << installed.err;
  Git({"push", "-q", "../remote.git", "main", "main:refs/heads/other"});
  const json builds = Do({"release", "builds", "--json"}).Json()["builds"];
  ASSERT_EQ(builds.size(), 1U);
  EXPECT_EQ(builds[0]["state"], "succeeded");
  EXPECT_EQ(builds[0]["release"], 1);
  const std::string tag = builds[0]["tag"];
  EXPECT_EQ(tag, builds[0]["commit"].get<std::string>().substr(0, 7));
  const Outcome log = Do({"release", "builds", "1", "--log"});
  EXPECT_THAT(log.out, HasSubstr("making " + tag));
  EXPECT_EQ(Do({"release", "show", "staging", "--json"}).Json()["commit"], builds[0]["commit"]);
  // A push whose build fails makes no release and is kept.
  Write("app/buildspec.json", R"({"phases": {"build": ["exit 4"]}})");
  Commit("two");
  Git({"push", "-q", "../remote.git", "main"});
  EXPECT_EQ(Do({"release", "builds", "--json"}).Json()["builds"][0]["state"], "failed");
  EXPECT_EQ(Do({"release", "show", "staging", "--json"}).Json()["release"], "v1");
}

TEST_F(ReleaseTest, AnAdminTaskRunsInTheReleaseThatRuns) {
  CommitServer();
  ASSERT_EQ(Do({"release", "config", "set", "staging", "A=one"}).code, 0);
  ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
  ASSERT_EQ(Do({"release", "config", "set", "production", "A=two"}).code, 0);
  ASSERT_EQ(Do({"release", "promote", "staging", "--to", "production"}).code, 0);
  const auto admin = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {twelve_, "admin", "--store", (directory_ / "store").string()});
    return words;
  };
  EXPECT_EQ(Run(admin({"migrate"})).code, 64) << "two stages, nothing runs";
  pid_t pid = 0;
  StartRelease("production", "web=1", pid);
  const Outcome migrated = Run(admin({"migrate"}));
  EXPECT_EQ(migrated.code, 0) << migrated.err;
  EXPECT_EQ(migrated.out, "migrate in v4 with two\n");
  EXPECT_THAT(migrated.err, HasSubstr("said\n"));
  EXPECT_EQ(Run(admin({"--env", "staging", "migrate", "--dry-run"})).out,
            "migrate in v2 with one\n");
  EXPECT_EQ(Run(admin({"fail"})).code, 1);
  const pid_t waiting = Start(admin({"wait"}), "waiting");
  ASSERT_TRUE(Eventually(
      [this] { return Slurp(directory_ / "waiting.out").find("waits") != std::string::npos; }));
  const json running = Do({"release", "ps", "--json"}).Json()["running"];
  ASSERT_EQ(running.size(), 2U) << running;
  const json& task = running[0]["kind"] == "admin" ? running[0] : running[1];
  EXPECT_EQ(task["what"], "wait");
  EXPECT_EQ(task["release"], "v4");
  kill(waiting, SIGTERM);
  EXPECT_EQ(Wait(waiting, "waiting").code, 128 + SIGTERM);
  kill(pid, SIGKILL);
  Wait(pid, "running");
  EXPECT_EQ(Do({"release", "ps", "--json"}).Json()["running"].size(), 0U);
}

TEST_F(ReleaseTest, ParametersReachAProcessAsEnvironmentAlone) {
  CommitServer();
  ASSERT_EQ(Do({"param", "put", "/app/database/host", "db.local"}).code, 0);
  ASSERT_EQ(Do({"param", "put", "/app/api/key", "tr0ub4dor", "--secure"}).code, 0);
  const std::string flags = R"({"new":true})";
  ASSERT_EQ(Do({"param", "put", "/app/feature/flags", flags, "--must-be-json"}).code, 0);
  EXPECT_EQ(Do({"param", "put", "/app/feature/flags", "{new}", "--must-be-json"}).code, 64);
  EXPECT_EQ(Do({"param", "get", "/app/api/key"}).out, "[masked]\n");
  EXPECT_EQ(Do({"param", "get", "/app/api/key", "--reveal"}).out, "tr0ub4dor\n");
  const Outcome imported =
      Do({"release", "config", "import", "staging", "--from", "/app/", "--json"});
  ASSERT_EQ(imported.code, 0) << imported.err;
  EXPECT_EQ(imported.Json()["config"]["API_KEY"], "[masked]");
  ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
  pid_t pid = 0;
  const int port = StartRelease("staging", "web=1", pid);
  const json answer = json::parse(Get(port), nullptr, false);
  ASSERT_TRUE(answer.is_object());
  EXPECT_EQ(answer["env"]["DATABASE_HOST"], "db.local");
  EXPECT_EQ(answer["env"]["API_KEY"], "tr0ub4dor");
  EXPECT_EQ(answer["env"]["FEATURE_FLAGS"], flags);
  kill(pid, SIGTERM);
  EXPECT_EQ(Wait(pid, "running").code, 0);
  for (const auto& entry : fs::recursive_directory_iterator(directory_ / "store")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(Slurp(entry.path()), Not(HasSubstr("tr0ub4dor"))) << entry.path();
  }
}

TEST_F(ReleaseTest, RefusesAnotherKeyAndAChangedSlugWithASentence) {
  Write("app/Procfile", "web: sleep 600\n");
  Commit("one");
  ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
  Write("other-key", std::string(64, 'a'));
  fs::permissions(directory_ / "other-key", fs::perms::owner_read);
  const Outcome other = Do({"release", "list", "--key-file", "other-key"});
  EXPECT_EQ(other.code, 77);
  EXPECT_THAT(other.err, HasSubstr("does not open the store"));
  EXPECT_EQ(std::count(other.err.begin(), other.err.end(), '\n'), 1);
  for (const auto& entry : fs::directory_iterator(directory_ / "store/slugs")) {
    std::string bytes = Slurp(entry.path());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(entry.path(), std::ios::binary) << bytes;
  }
  const Outcome run = Do({"release", "run", "staging"});
  EXPECT_EQ(run.code, 77);
  EXPECT_THAT(run.err, HasSubstr("was changed after the build"));
  EXPECT_EQ(Do({"release", "verify"}).code, 1);
}

TEST_F(ReleaseTest, TheStoreSurvivesTenKills) {
  KillAtRandom(10);
}

}  // namespace
}  // namespace twelve
