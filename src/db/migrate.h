#pragma once

#include "db/db.h"

/*
 * Brings the schema up to date: applies every embedded sql/<driver>/NNNN_name.sql that the
 * database does not have yet, in order of number, each in a transaction, and records number,
 * name and content hash. Refused with ERR_STORE: a migration that was applied with other content
 * (changed history), and one recorded that this program does not have (the store was written by
 * a newer plimsoll). Numbers need not be contiguous: areas take their own ranges (see
 * docs/internals/store.md).
 */
MUST_CHECK bool db_migrate(struct db *db, double now, struct err *e);
