/* Files inside the program. */
#include "base/asset.h"

#include <assets.h>
#include <string.h>

static struct str bytes(size_t i)
{
    return (struct str){(const char *)asset_rows[i].data, asset_rows[i].size};
}

bool asset_get(const char *path, struct str *ret)
{
    size_t lo = 0, hi = asset_row_count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = strcmp(path, asset_rows[mid].path);
        if (c == 0) {
            *ret = bytes(mid);
            return true;
        }
        if (c < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return false;
}

bool asset_list(const char *prefix, size_t i, const char **ret_path, struct str *ret)
{
    size_t n = strlen(prefix);
    for (size_t j = 0; j < asset_row_count; j++) {
        if (strncmp(asset_rows[j].path, prefix, n) != 0 || i-- > 0)
            continue;
        *ret_path = asset_rows[j].path;
        *ret = bytes(j);
        return true;
    }
    return false;
}
