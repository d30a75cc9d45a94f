// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

#include <curl/curl.h>
