#include "redis/connection/reply_objects.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <memory>

#include "redis/connection/packed_texts.h"
#include "redis/connection/reply.h"

namespace groupring::redis {
namespace {

// A server can announce more elements than it sends.
constexpr size_t kMaxReserved = 65536;

// Lets `make` fill the task's value in its place: an element of the parent
// array, or a Reply of its own. Elements that move when the array grows are
// complete, so no task points to them any more. Catches exceptions, because the
// caller is C, and returns null, which the reader takes for "out of memory".
template <typename Make>
void* Placed(const redisReadTask* task, Make make) {
  try {
    if (task->parent == nullptr) {
      auto alone = std::make_unique<Reply>();
      make(alone.get());
      return alone.release();
    }
    auto* const array = static_cast<Reply*>(task->parent->obj);
    Reply* const element = &array->elements.emplace_back();
    make(element);
    return element;
  } catch (const std::exception&) {
    return nullptr;
  }
}

Reply::Type TypeOfText(int type) {
  switch (type) {
    case REDIS_REPLY_STATUS:
      return Reply::Type::kStatus;
    case REDIS_REPLY_ERROR:
      return Reply::Type::kError;
    default:
      return Reply::Type::kString;
  }
}

// Null: what the task makes is part of its parent.
PackedTexts* TextsFor(const redisReadTask* task) {
  const bool is_inner =
      task->parent != nullptr && task->parent->parent != nullptr;
  return is_inner ? static_cast<PackedTexts*>(task->privdata) : nullptr;
}

void* CreateString(const redisReadTask* task, char* text, size_t size) {
  if (PackedTexts* const texts = TextsFor(task)) {
    try {
      texts->Add({text, size});
      return task->parent->obj;  // anything but null: nobody looks at it
    } catch (const std::exception&) {
      return nullptr;
    }
  }
  return Placed(task, [&](Reply* reply) {
    reply->type = TypeOfText(task->type);
    reply->text.assign(text, size);
  });
}

// `elements` is an int before hiredis 1.0 and a size_t since.
template <typename Count>
void* CreateArray(const redisReadTask* task, Count elements) {
  return Placed(task, [&](Reply* reply) {
    reply->type = Reply::Type::kArray;
    if (task->parent != nullptr && task->privdata != nullptr) return;
    reply->elements.reserve(
        std::min(static_cast<size_t>(elements), kMaxReserved));
  });
}

void* CreateInteger(const redisReadTask* task, long long value) {
  return Placed(task, [&](Reply* reply) {
    reply->type = Reply::Type::kInteger;
    reply->integer = value;
  });
}

void* CreateNil(const redisReadTask* task) {
  return Placed(task, [](Reply*) {});
}

// Called for the outermost object only.
void FreeObject(void* reply) { delete static_cast<Reply*>(reply); }

redisReplyObjectFunctions MakeFunctions() {
  redisReplyObjectFunctions functions{};
  functions.createString = CreateString;
  functions.createArray = CreateArray;
  functions.createInteger = CreateInteger;
  functions.createNil = CreateNil;
  functions.freeObject = FreeObject;
#if HIREDIS_MAJOR >= 1
  // RESP3 is never requested. If a server sends it anyway, these become nil.
  functions.createDouble = [](const redisReadTask* task, double, char*,
                              size_t) { return CreateNil(task); };
  functions.createBool = [](const redisReadTask* task, int) {
    return CreateNil(task);
  };
#endif
  return functions;
}

}  // namespace

redisReplyObjectFunctions* ReplyObjects() {
  static redisReplyObjectFunctions functions = MakeFunctions();
  return &functions;
}

}  // namespace groupring::redis
