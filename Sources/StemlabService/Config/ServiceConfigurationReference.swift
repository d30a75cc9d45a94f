// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Settings

/// `config/stemlab.yaml`: every key with what it is for, at its default, made from the tables that the reader reads by.
public enum ServiceConfigurationReference {
    public static var text: String {
        var page = ReferencePage()
        page.prose(
            """
            stemlab: every key of the configuration, at its default. Remove the # before a key to change it.
            stemlab check --config FILE says what is wrong with a file. null is the same as leaving the key out.
            """)
        for key in ServiceKeys.all { page.key(key.description(of: ServiceConfiguration())) }
        return page.text
    }
}
