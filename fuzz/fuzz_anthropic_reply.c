/* Replies of the anthropic API: see reply_fuzz.h. */
#include "reply_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = {(const char *)data, size};
    fuzz_whole(&provider_anthropic, body);
    fuzz_streamed(&provider_anthropic, body);
    return 0;
}
