#include "tests/bench/load/client.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <stdexcept>
#include <system_error>

namespace groupring::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr size_t kBatch = 64;
constexpr size_t kReplySize = 1500;
constexpr size_t kIds = 4096;  // of one socket, each used again after all
constexpr uint64_t kCheckEvery = 8;
constexpr milliseconds kPatience{1000};

[[noreturn]] void Fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Of one socket. The id of a query is its place here.
struct Pending {
  const Query* query = nullptr;
  Clock::time_point sent;
  bool open = false;
};

class Client {
 public:
  Client(const LoadOptions& options, const Queries& queries, size_t first)
      : options_(options), queries_(queries), next_query_(first) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) Fail("epoll_create1");
    lanes_.resize(static_cast<size_t>(options.sockets));
    for (size_t i = 0; i < lanes_.size(); ++i) Open(i);
    for (size_t i = 0; i < kBatch; ++i) {
      reply_parts_[i] = {replies_[i].data(), kReplySize};
      received_[i].msg_hdr.msg_iov = &reply_parts_[i];
      received_[i].msg_hdr.msg_iovlen = 1;
      sent_[i].msg_hdr.msg_iov = &sent_parts_[i];
      sent_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  ~Client() {
    for (Lane& lane : lanes_) close(lane.fd);
    close(epoll_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  LoadResult Run() {
    const Clock::time_point start = Clock::now();
    counting_from_ = start + options_.warm_up;
    const Clock::time_point end = counting_from_ + options_.duration;
    next_due_ = start;
    next_sweep_ = start + kPatience / 4;
    for (Clock::time_point now = start; now < end; now = Clock::now()) {
      counting_ = now >= counting_from_;
      if (options_.rate > 0) {
        SendDue(now);
      } else {
        for (Lane& lane : lanes_) Refill(&lane, now);
      }
      Wait(now, end);
      if (now >= next_sweep_) Sweep(now);
    }
    return result_;
  }

 private:
  struct Lane {
    int fd = -1;
    int outstanding = 0;
    size_t next_id = 0;
    std::vector<Pending> pending{kIds};
  };

  void Open(size_t i) {
    Lane& lane = lanes_[i];
    lane.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (lane.fd < 0 ||
        connect(lane.fd, reinterpret_cast<sockaddr*>(&address),
                sizeof(address)) != 0 ||
        epoll_ctl(epoll_, EPOLL_CTL_ADD, lane.fd, &event) != 0) {
      Fail("socket");
    }
  }

  // Prepares one more query of the lane for sending.
  void Queue(Lane* lane, size_t slot, Clock::time_point due) {
    const Query& query = queries_.at(next_query_++ % queries_.size());
    const size_t id = lane->next_id++ % kIds;
    Pending& pending = lane->pending[id];
    if (pending.open) Lose(lane, &pending);
    pending = {&query, due, true};
    ++lane->outstanding;
    ids_[slot] = {static_cast<uint8_t>(id >> 8), static_cast<uint8_t>(id)};
    // The id, and the rest as it is in the query.
    heads_[slot] = {{{ids_[slot].data(), 2},
                     {const_cast<char*>(query.packet.data()) + 2,
                      query.packet.size() - 2}}};
    sent_[slot].msg_hdr.msg_iov = heads_[slot].data();
    sent_[slot].msg_hdr.msg_iovlen = 2;
  }

  void Send(Lane* lane, size_t count) {
    size_t done = 0;
    while (done < count) {
      const int sent = sendmmsg(lane->fd, sent_.data() + done,
                                static_cast<unsigned>(count - done), 0);
      if (sent > 0) {
        done += static_cast<size_t>(sent);
      } else if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS &&
                 errno != ECONNREFUSED) {
        Fail("sendmmsg");
      }
    }
  }

  void Refill(Lane* lane, Clock::time_point now) {
    const auto missing = static_cast<size_t>(
        std::max(0, options_.outstanding - lane->outstanding));
    const size_t count = std::min(missing, kBatch);
    for (size_t i = 0; i < count; ++i) Queue(lane, i, now);
    Send(lane, count);
  }

  // One query after another over the lanes, as they fall due.
  void SendDue(Clock::time_point now) {
    const nanoseconds gap(static_cast<int64_t>(1e9 / options_.rate));
    while (next_due_ <= now) {
      Lane& lane = lanes_[next_lane_++ % lanes_.size()];
      if (lane.outstanding >= options_.outstanding) {
        result_.unsent += counting_ ? 1 : 0;
      } else {
        Queue(&lane, 0, next_due_);
        Send(&lane, 1);
      }
      next_due_ += gap;
    }
  }

  void Wait(Clock::time_point now, Clock::time_point end) {
    nanoseconds limit = std::min<nanoseconds>(end - now, kPatience / 4);
    if (options_.rate > 0) {
      limit = std::clamp<nanoseconds>(next_due_ - now, nanoseconds(0), limit);
    }
    const timespec timeout{0, limit.count()};
    std::array<epoll_event, kBatch> events;
    const int ready =
        epoll_pwait2(epoll_, events.data(), kBatch, &timeout, nullptr);
    for (int i = 0; i < ready; ++i) {
      Receive(&lanes_[events[static_cast<size_t>(i)].data.u64]);
    }
  }

  void Receive(Lane* lane) {
    const int count =
        recvmmsg(lane->fd, received_.data(), kBatch, MSG_DONTWAIT, nullptr);
    const Clock::time_point now = Clock::now();
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<size_t>(i);
      Take(lane, replies_[at].data(), received_[at].msg_len, now);
    }
  }

  void Take(Lane* lane, const uint8_t* reply, size_t size,
            Clock::time_point now) {
    const size_t id = size < 2 ? kIds : size_t{reply[0]} << 8 | reply[1];
    if (id >= kIds || !lane->pending[id].open) return;  // late
    Pending& pending = lane->pending[id];
    pending.open = false;
    --lane->outstanding;
    if (!counting_) return;
    ++result_.answered;
    result_.latency_nanos.Add(
        static_cast<uint64_t>((now - pending.sent) / nanoseconds(1)));
    if (options_.rate > 0) result_.lifetimes.push_back({pending.sent, now});
    // Every error, and whether a part of the answers is right.
    if ((reply[3] & 0x0f) != 0 || result_.answered % kCheckEvery == 0) {
      ++result_.checked;
      const char* const complaint =
          queries_.Complaint(*pending.query, reply, size);
      if (*complaint != '\0') ++result_.wrong[complaint];
    }
  }

  void Lose(Lane* lane, Pending* pending) {
    pending->open = false;
    --lane->outstanding;
    result_.lost += counting_ ? 1 : 0;
  }

  void Sweep(Clock::time_point now) {
    for (Lane& lane : lanes_) {
      for (Pending& pending : lane.pending) {
        if (pending.open && now - pending.sent > kPatience) {
          Lose(&lane, &pending);
        }
      }
    }
    next_sweep_ = now + kPatience / 4;
  }

  const LoadOptions options_;
  const Queries& queries_;
  int epoll_ = -1;
  std::vector<Lane> lanes_;
  size_t next_lane_ = 0;
  size_t next_query_;
  Clock::time_point counting_from_;
  Clock::time_point next_due_;
  Clock::time_point next_sweep_;
  bool counting_ = false;
  LoadResult result_;

  std::array<mmsghdr, kBatch> sent_{};
  std::array<iovec, kBatch> sent_parts_{};
  std::array<std::array<iovec, 2>, kBatch> heads_{};
  std::array<std::array<uint8_t, 2>, kBatch> ids_{};
  std::array<mmsghdr, kBatch> received_{};
  std::array<iovec, kBatch> reply_parts_{};
  std::array<std::array<uint8_t, kReplySize>, kBatch> replies_;
};

}  // namespace

void LoadResult::Merge(const LoadResult& other) {
  answered += other.answered;
  checked += other.checked;
  lost += other.lost;
  unsent += other.unsent;
  for (const auto& [what, count] : other.wrong) wrong[what] += count;
  latency_nanos.Merge(other.latency_nanos);
  lifetimes.insert(lifetimes.end(), other.lifetimes.begin(),
                   other.lifetimes.end());
}

LoadResult RunLoad(const LoadOptions& options, const Queries& queries,
                   size_t first_query) {
  return Client(options, queries, first_query).Run();
}

}  // namespace groupring::bench
