// Makes hiredis' reader parse a reply directly into a Reply.
#ifndef GROUPRING_REDIS_CONNECTION_REPLY_OBJECTS_H_
#define GROUPRING_REDIS_CONNECTION_REPLY_OBJECTS_H_

struct redisReplyObjectFunctions;

namespace groupring::redis {

// The functions for `fn` of a redisReader, which does not change them. The
// reader then returns objects of type Reply, which the caller deletes. For a
// list of ten thousand elements redisReply needs ten thousand allocations, and
// copying it as many again.
//
// If `privdata` of the reader is a PackedTexts*, texts of an array within the
// array of the reply go there, and the inner array stays empty.
redisReplyObjectFunctions* ReplyObjects();

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_REPLY_OBJECTS_H_
