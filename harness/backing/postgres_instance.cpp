#include "harness/backing/postgres_instance.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <utility>

#include "harness/backing/helper_program.h"
#include "harness/backing/installed_program.h"
#include "harness/backing/postgres_template.h"

namespace twelve {
namespace {

constexpr const char* kSuperuser = "postgres";      // of the template; it has no password
constexpr const char* kFirstDatabase = "postgres";  // that initdb makes
constexpr Duration kRemovalLimit = std::chrono::seconds(10);
constexpr int kLineOfSegment = 7;  // of postmaster.pid: "key id"

/// `text` between two `quote`s, as SQL has it.
std::string Quoted(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += c;
    quoted += c;
  }
  return quoted + quote;
}

/// Each statement ends with an empty line, as `postgres --single -j` wants it.
std::string SetUp(const Credentials& who) {
  const std::string user = Quoted(who.user, '"');
  const std::string database = Quoted(who.database, '"');
  return fmt::format("{} ROLE {} LOGIN PASSWORD {};\n\n",
                     who.user == kSuperuser ? "ALTER" : "CREATE", user,
                     Quoted(who.password, '\'')) +
         (who.database == kFirstDatabase
              ? fmt::format("ALTER DATABASE {} OWNER TO {};\n\n", database, user)
              : fmt::format("CREATE DATABASE {} OWNER {};\n\n", database, user));
}

void AppendInt32(std::string& text, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xffU);
  }
}

}  // namespace

PostgresInstance::PostgresInstance(Rig& rig, BackingPlace place, Credentials credentials,
                                   ServiceAccount account, PrivateMemory memory,
                                   std::string programs, bool durable)
    : BackingInstance(rig, BackingServer::kPostgres, std::move(place)),
      credentials_(std::move(credentials)),
      account_(account),
      memory_(memory),
      programs_(std::move(programs)),
      durable_(durable) {}

Result<std::unique_ptr<BackingInstance>> PostgresInstance::Prepare(Rig& rig,
                                                                   const BackingOptions& options,
                                                                   Deadline deadline) {
  std::string programs = FindPostgresPrograms();
  if (programs.empty()) {
    return Error{ErrorCode::kNotFound,
                 "There is no PostgreSQL server on this machine; install the Debian package "
                 "postgresql.",
                 {},
                 0};
  }
  auto who = ChooseCredentials(options, "twelve");
  if (!who) return who.error();
  const auto account = ServiceAccount::Choose();
  if (!account) return account.error();
  const auto port = rig.LeasePort();
  if (!port) return port.error();
  auto directory = rig.MakeDirectory("postgres");
  if (!directory) return directory.error();
  if (const Status given = account->Give(*directory); !given) return given.error();
  const std::string name = fmt::format("postgres.{}", *port);
  const auto memory = PrivateMemory::Probe(rig, *account, name + ".setup", deadline);
  if (!memory) return memory.error();
  BackingPlace place{name, *port, std::move(directory).value(),
                     BackingUrlOf("postgres", *who, *port)};
  std::unique_ptr<PostgresInstance> made(
      new PostgresInstance(rig, std::move(place), std::move(who).value(), *account, *memory,
                           std::move(programs), options.durable));
  if (const Status data = made->MakeData(options.cache_directory, deadline); !data) {
    return data.error();
  }
  if (const Status done = made->MakeUserAndDatabase(deadline); !done) return done.error();
  return std::unique_ptr<BackingInstance>(std::move(made));
}

ProcessSpec PostgresInstance::Helper(std::vector<std::string> argv) const {
  ProcessSpec spec = account_.Program(std::move(argv));
  spec.name = place().name + ".setup";
  spec.type = "setup";
  return spec;
}

Status PostgresInstance::MakeData(const std::string& cache_directory, Deadline deadline) {
  const PostgresTemplate kept(programs_, cache_directory, account_, memory_);
  return kept.MakeData(rig(), Data(), place().name + ".setup", deadline);
}

Status PostgresInstance::MakeUserAndDatabase(Deadline deadline) {
  const std::string file = place().directory + "/setup.sql";
  {
    std::ofstream out(file);
    ::chmod(file.c_str(), 0600);
    out << SetUp(credentials_);
    if (!out.flush()) return SystemError("cannot write " + file, "write", errno);
  }
  if (const Status given = account_.Give(file); !given) return given;
  // Without a server, so that nobody can come in before the password is set.
  const Status done =
      RunHelper(rig(), "making a user and a database",
                Helper(memory_.Wrap({"/bin/sh", "-c",
                                     "exec \"$1\" --single -j -F -D \"$2\" -c exit_on_error=true "
                                     "-c dynamic_shared_memory_type=mmap -c log_min_messages=fatal "
                                     "-c log_min_error_statement=panic postgres <\"$3\"",
                                     "sh", programs_ + "/postgres", Data(), file})),
                deadline);
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  return done;
}

Result<ProcessSpec> PostgresInstance::MakeSpec() {
  // Whoever wrote it is gone, and its pid may be somebody else's by now.
  std::error_code ignored;
  std::filesystem::remove(Data() + "/postmaster.pid", ignored);
  std::vector<std::string> argv = {programs_ + "/postgres", "-D", Data()};
  std::vector<std::string> settings = {
      "listen_addresses=127.0.0.1",
      fmt::format("port={}", place().port),
      "unix_socket_directories=",
      "dynamic_shared_memory_type=mmap",  // files in the data directory, not in /dev/shm
      "shared_memory_type=mmap",
      "shared_buffers=16MB",
      "jit=off",
      "log_checkpoints=off",
      "max_wal_senders=0",  // nobody replicates from here
      "max_logical_replication_workers=0",
      "wal_level=minimal",
  };
  // The log of changes is written before the answer in either case, so the kernel has what a killed
  // server had acknowledged; without fsync nobody waits for the disk.
  if (!durable_) settings.insert(settings.end(), {"fsync=off", "full_page_writes=off"});
  for (std::string& setting : settings) argv.insert(argv.end(), {"-c", std::move(setting)});
  ProcessSpec spec = account_.Program(memory_.Wrap(std::move(argv)));
  spec.directory = place().directory;
  spec.readiness = ReadyOnLog{"database system is ready to accept connections"};
  spec.stop_signal = SIGINT;  // ends sessions; SIGTERM would wait for them
  return spec;
}

std::string PostgresInstance::Greeting() const {
  constexpr std::uint32_t kProtocol = 3U << 16U;  // StartupMessage of version 3.0
  std::string body;
  AppendInt32(body, kProtocol);
  for (const std::string_view word :
       {std::string_view("user"), std::string_view(credentials_.user), std::string_view("database"),
        std::string_view(credentials_.database), std::string_view()}) {
    body += word;
    body += '\0';
  }
  std::string message;
  AppendInt32(message, static_cast<std::uint32_t>(body.size() + 4));
  return message + body;
}

bool PostgresInstance::Accepts(std::string_view answer) const {
  return answer.starts_with('R');  // asks for the password; while it starts it sends an error, 'E'
}

Status PostgresInstance::OnReady() {
  if (memory_.available()) return {};
  // The kernel removes a marked segment when the last process has let go of it.
  std::ifstream file(Data() + "/postmaster.pid");
  std::string line;
  for (int i = 0; i < kLineOfSegment; ++i) std::getline(file, line);
  const std::size_t blank = line.find_last_of(' ');
  if (!file || blank == std::string::npos) return {};
  return RunHelper(rig(), "marking a shared memory segment for removal",
                   Helper({"ipcrm", "-m", line.substr(blank + 1)}),
                   Deadline::After(rig().clock(), kRemovalLimit));
}

}  // namespace twelve
