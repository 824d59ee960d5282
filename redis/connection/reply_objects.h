// What hiredis' reader makes of the bytes of a reply: one Reply, filled in
// place.
#ifndef GROUPRING_REDIS_CONNECTION_REPLY_OBJECTS_H_
#define GROUPRING_REDIS_CONNECTION_REPLY_OBJECTS_H_

struct redisReplyObjectFunctions;

namespace groupring::redis {

// For the `fn` of a redisReader, which does not change it. What the reader
// then hands out is a Reply, which the caller deletes. Of a list of
// ten thousand elements, redisReply would be ten thousand allocations, and to
// copy them as many more.
redisReplyObjectFunctions* ReplyObjects();

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_REPLY_OBJECTS_H_
