"""For each row of the attack table, faults to seed into the library: without the check that the row
is about, its tests must fail. A fault is named by its row, and stands where `// fault: NAME` does
in the sources (seeding.py). Where the compiler's own proof is what catches it, `by_compiler` says
so."""

from seeding import Drop, Fault, Put, Swap, drop, put, swap

FAULTS: list[Fault] = [
    # AUTH
    swap("AC-001a", "the client's table has a row for Finished without CertificateVerify", ">,",
         ">,\n"
         "On<wait_cv, &ClientHandshake::on_finished>,", by_compiler=True),
    Fault("AC-001b", "a server may leave out CertificateVerify", [
        Swap("AC-001b.1", ">,",
             ">,\n"
             "On<wait_cv, &ClientHandshake::on_finished>,"),
        Drop("AC-001b.2")]),
    swap("AC-001c", "the server's table has a row for Finished without CertificateVerify", ">,",
         ">,\n"
         "On<wait_cv, &ServerHandshake::on_finished>,", by_compiler=True),
    Fault("AC-001d", "a client may leave out CertificateVerify", [
        Swap("AC-001d.1", ">,",
             ">,\n"
             "On<wait_cv, &ServerHandshake::on_finished>,"),
        Drop("AC-001d.2"),
        Drop("AC-001d.3")]),
    Fault("AC-002", "data may come in a handshake", [
        Drop("AC-002.1"),
        Drop("AC-002.2")]),
    swap("AC-003a", "Finished is ignored after the handshake", ";",
         ";\n"
         "if (input == Input::finished) return actor.key_update;"),
    swap("AC-003b", "CertificateRequest is ignored after the handshake", ";",
         ";\n"
         "if (input == Input::certificate_request) return actor.key_update;"),
    drop("AC-004a", "any scheme will do"),
    put("AC-004b", "clients may use any scheme that Nacre knows",
        "(void)own;\n"
        "  return config().policy.signature_schemes;"),
    swap("AC-004c", "a scheme is not bound to a kind of key", "&& row.kind == kind", ""),
    swap("AC-004d", "PSS may have any salt", "RSA_PSS_SALTLEN_DIGEST", "-2"),
    swap("AC-005a", "believed in spite of: certificate_bad_signature", "return",
         "if (!look.faults.empty() && look.faults.front().error == "
         "Error::certificate_bad_signature) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-005b", "the second look notes nothing of CERT_SIGNATURE_FAILURE", ")",
         "&& X509_STORE_CTX_get_error(context) != X509_V_ERR_CERT_SIGNATURE_FAILURE)"),
    swap("AC-005c", "the policy does not mind what TLS has no name for", "false", "true"),
    drop("AC-006", "a server may have no certificate"),
    put("AC-007", "what is required is not", "return false;"),
    swap("AC-008a", "a raw public key is taken for a certificate", "has_raw_public_key(",
         "crypto::has_form_of_key_info(first"),
    drop("AC-008b", "nobody is told that a raw public key came unasked"),
    put("AC-008c", "any raw public key is believed",
        "(void)pin;\n"
        "  if (keys.data() != nullptr) return {};"),
    put("AC-008d", "a client may be told to believe no key",
        "(void)config;\n"
        "  return true;"),
    put("AC-008e", "a server may be told to believe no key",
        "return (clients.anchors || keys) && true;"),
    put("AC-008f", "a client's types are not looked at", "if (type == ours.end()) return {};"),
    put("AC-009a", "a client may expect nothing",
        "const auto parsed = PeerName::parse(server_name);\n"
        "  const PeerName name = parsed ? *parsed : *PeerName::parse(\"localhost\");"),
    swap("AC-009b", "what a client expects is not looked at", "name", "std::nullopt"),
    Fault("AC-010a", "keyUsage is not looked at", [
        Drop("AC-010a.1"),
        Swap("AC-010a.2", "!leaf.allows_signing()", "false")]),
    put("AC-010b", "extKeyUsage is not looked at",
        "options.key_purpose = CertificateVerifyOptions::KeyPurpose::ANY_EKU;"),
    swap("AC-010c", "extKeyUsage is not looked at, where pki does not know the key", ")",
         "* 0 + X509_PURPOSE_ANY)"),
    swap("AC-011a", "CertificateVerify is not looked at", "TRY", "(void)"),
    put("AC-011b", "CertificateVerify is not looked at behind a key",
        "if (established.negotiated.key_source == KeySource::certificate) {\n"
        "  TRY(peer->key.verify(verify.algorithm, content.bytes(), verify.signature.bytes));\n"
        "  }"),
    put("AC-011c", "CertificateVerify of a client is not looked at",
        "if (signer == Purpose::server) {\n"
        "  TRY(peer->key.verify(verify.algorithm, content.bytes(), verify.signature.bytes));\n"
        "  }"),
    swap("AC-011d", "a signature that is wrong is no error", "!= 1", "< 0"),
    swap("AC-011e", "Finished is compared but for its last byte", ", finished.verify_data.bytes",
         ".first(expected.size - 1),\n"
         "finished.verify_data.bytes.first(expected.size - 1)"),
    swap("AC-011f", "Finished is compared in 32 bytes", ", finished.verify_data.bytes",
         ".first(32),\n"
         "finished.verify_data.bytes.first(32)"),
    swap("AC-011g", "Finished is not looked at behind a session", "(",
         "(established.negotiated.key_source == KeySource::session ||"),
    swap("AC-011h", "Finished is not looked at behind a key", "(",
         "(established.negotiated.key_source == KeySource::external_psk ||"),
    swap("AC-011i", "Finished is not looked at behind a retry", "(",
         "(established.negotiated.retried ||"),
    swap("AC-011j", "Finished is not looked at behind early data", "(",
         "(established.negotiated.early_data == EarlyDataStatus::accepted ||"),
    swap("AC-011k", "Finished is not looked at where a client is known", "(",
         "(established.negotiated.client_signature_scheme.has_value() ||"),
    drop("AC-012a", "a client's roots do not tie its sessions"),
    drop("AC-012b", "a server's authorities do not tie its sessions"),
    swap("AC-012c", "a server's lists do not tie its sessions",
         "add_revocation(fingerprint, config);", ""),
    put("AC-013a", "a session goes with any name", "(void)server_name;"),
    drop("AC-013b", "a session goes with any context"),
    drop("AC-013c", "the context of a session is not looked at"),
    # STATE
    swap("AC-014", "a message is taken in any state", "from != state || Row::", ""),
    drop("AC-015a", "bytes may follow a message of the handshake that changes the keys"),
    put("AC-015b", "bytes may follow a KeyUpdate", "(void)at_end;"),
    swap("AC-016a", "the table has a row for a second HelloRetryRequest", ">,",
         ">,\n"
         "On<wait_sh_after_retry, &ClientHandshake::on_hello_retry_request>,", by_compiler=True),
    Fault("AC-016b", "a second HelloRetryRequest is taken", [
        Swap("AC-016b.1", ">,",
             ">,\n"
             "On<wait_sh_after_retry, &ClientHandshake::on_hello_retry_request>,"),
        Drop("AC-016b.2"),
        Drop("AC-016b.3"),
        Put("AC-016b.4", "(void)retried;")]),
    drop("AC-017a", "a retry may change nothing"),
    drop("AC-017b", "a retry may ask for a group that was not offered"),
    put("AC-017c", "a retry may ask for a share that was sent", "(void)share;"),
    drop("AC-018a", "ServerHello may change the suite"),
    drop("AC-018b", "ServerHello may change the version"),
    drop("AC-019a", "ServerHello may change the group"),
    put("AC-019b", "ServerHello may have no key_share", "if (!key_share) return to<wait_ee>;"),
    drop("AC-020a", "the second ClientHello may change"),
    swap("AC-020b", "the second ClientHello must repeat its PSK", "type == pre_shared_key ||", ""),
    Fault("AC-021", "the second ClientHello may fall back", [
        Put("AC-021.1",
            "ENSURE(true,\n"
            "         Error::tls13_not_offered);"),
        Drop("AC-021.2")]),
    put("AC-022", "any version will do",
        "ENSURE(true,\n"
        "         Error::tls13_not_offered);"),
    drop("AC-023a", "ServerHello may choose any suite"),
    drop("AC-023b", "the sentinel of a downgrade is not looked at"),
    swap("AC-024", "no_renegotiation is a warning", "case",
         "case static_cast<AlertDescription>(100):\n"
         "case"),
    swap("AC-025a", "KeyUpdate is ignored in a handshake", ";",
         ";\n"
         "if (message.type == HandshakeType::key_update) return {};"),
    swap("AC-025b", "EndOfEarlyData is ignored in a handshake", ";",
         ";\n"
         "if (message.type == HandshakeType::end_of_early_data) return {};"),
    swap("AC-025c", "a server takes tickets", ")", "|| self_ == Purpose::server)"),
    swap("AC-026", "ClientHello is ignored after the handshake", ";",
         ";\n"
         "if (input == Input::client_hello) return actor.key_update;"),
    swap("AC-027a", "a ticket may be empty", "1", "0"),
    swap("AC-027b", "data may come between the parts of a ticket",
         "ENSURE(!state.within_message, Error::interleaved_record);", ""),
    # RECORD
    swap("AC-028", "change_cipher_spec is not counted", "|",
         ") return {};\n"
         "if (type == ContentType::change_cipher_spec |"),
    swap("AC-029a", "change_cipher_spec may hold any byte", "&& content[0] == 1", ""),
    Fault("AC-029b", "change_cipher_spec may have any length", [
        Drop("AC-029b.1"),
        Swap("AC-029b.2", "size() == 1 &&", "empty() ||")]),
    put("AC-029c", "change_cipher_spec may come at any time",
        "return phase >= InboundPhase::client_hello;"),
    swap("AC-029d", "change_cipher_spec may be protected", "fail(Error::bad_change_cipher_spec)",
         "{}"),
    swap("AC-030a", "plaintext may be as long as ciphertext", "max_content_size",
         "max_ciphertext_size"),
    swap("AC-030b", "ciphertext may be a byte longer", ",",
         "+ (type == ContentType::application_data ? 1 : 0),"),
    put("AC-030c", "an inner plaintext may have any length", "(void)inner_limit;"),
    put("AC-031a", "an inner plaintext may have no type",
        "if (end == 0) return Content{ContentType::application_data, false, 0};"),
    drop("AC-031b", "handshake content may be empty"),
    put("AC-031c", "an alert may be empty", "if (length == 0) return {};"),
    swap("AC-032", "empty records are not counted", "::",
         "::application_data && content.empty()) return {};\n"
         "if (type == ContentType::"),
    swap("AC-033", "what is left of a record is dropped",
         "return rest.empty() ? Result<void>{} : buffer_.append(rest, budget)",
         "(void)rest;\n"
         "return {}"),
    swap("AC-034", "the name is not told where the configuration is asked for",
         "offer_->host_name()", "{}"),
    drop("AC-035a", "a record may have any length"),
    drop("AC-035b", "a handshake record may be empty"),
    swap("AC-036a", "our record_size_limit is not enforced", "inner_limit_", "max_inner_size"),
    drop("AC-036b", "a client may ask for less than 64"),
    drop("AC-036c", "a server may answer anything"),
    swap("AC-037", "the header is not authenticated as it came", "TRY",
         "const auto length = static_cast<std::uint16_t>(record.size() - header_size);\n"
         "std::ranges::copy(encode({ContentType::application_data, length}), record.begin());\n"
         "TRY"),
    Fault("AC-038", "types of records are not checked", [
        Put("AC-038.1", "return type >= ContentType{};"),
        Swap("AC-038.2", "fail(Error::unknown_content_type)", "{}"),
        Swap("AC-038.3", "fail(Error::unknown_content_type)", "{}")]),
    swap("AC-039", "legacy_record_version is looked at", "const",
         "ENSURE(incoming[1] == 3, Error::not_tls);\n"
         "const"),
    swap("AC-040a", "a record that is sealed in place has no number of its own", "(",
         "(content.pieces.empty() ? sequence_ :"),
    put("AC-040b", "the sender's sequence number wraps", "(void)may_use_reserve;"),
    drop("AC-040c", "the receiver's sequence number wraps"),
    drop("AC-041a", "the AEAD's limit is not applied"),
    put("AC-041b", "keys are not changed by themselves", "return context.link.owes_key_update();"),
    Fault("AC-042", "twelve bytes of the tag are made and compared", [
        Swap("AC-042.1", ",", "- 4,"),
        Swap("AC-042.2", "(",
             "(sealed.size() >= 16, Error::bad_record_mac);\n"
             "ENSURE("),
        Swap("AC-042.3", "sealed.size()", "sealed.size() - 4"),
        Swap("AC-042.4", "aead_tag_size,", "aead_tag_size - 4,")]),
    # HSLEN
    drop("AC-043", "a message may have any length"),
    drop("AC-044", "a length that does not fit is cut"),
    put("AC-045", "a field that runs past the end is cut",
        "if (count > rest_.size()) count = rest_.size();"),
    swap("AC-046", "bytes may be left over", "TRY(reader.finish());", ""),
    # EXT
    drop("AC-047", "an extension may come twice"),
    put("AC-048", "a response may hold what was not asked for",
        "(void)is_asked_for(type, where, offered);"),
    drop("AC-049", "an extension may stand anywhere"),
    put("AC-050", "pre_shared_key may stand anywhere", "(void)behind_psk;"),
    put("AC-051", "a mandatory extension may be missing", "if (!extension) return T{};"),
    swap("AC-052a", "a list of algorithms may be empty", "2", "0"),
    swap("AC-052b", "a scheme is used that was not offered",
         "&& schemes_.contains(scheme)", ""),
    swap("AC-053", "a protocol's name may be empty", "1", "0"),
    put("AC-054", "no protocol in common is no fault", "return std::string_view{};"),
    swap("AC-055", "the peer's text is kept with the failure", ";",
         ";\n"
         "if (!protocol) core_.verdict_detail = text_of(selected->name());"),
    swap("AC-056a", "several names may come", "=", ">"),
    swap("AC-056b", "a name may be anything", "&& is_dns_name(host_name())", ""),
    swap("AC-057a", "a server refuses a GREASE suite", "ClientOffer",
         "for (const CipherSuite suite : hello.cipher_suites) {\n"
         "ENSURE((static_cast<unsigned>(suite) & 0x0f0f) != 0x0a0a,\n"
         "Error::unoffered_cipher_suite);\n"
         "}\n"
         "ClientOffer"),
    Fault("AC-057b", "a client takes a GREASE extension", [
        Swap("AC-057b.1", "(", "(is_grease(type) ||"),
        Drop("AC-057b.2")]),
    # KEX
    put("AC-058a", "a group may have two shares", "(void)groups.add(share.group);"),
    drop("AC-058b", "shares may be of any group, in any order"),
    put("AC-059", "an all-zero secret is taken",
        "(void)X25519(out.data(), scalar.reveal().data(), peer.data());"),
    swap("AC-060a", "what is no point stands for the generator",
         "return fail(Error::bad_key_share",
         "(void)EC_POINT_copy(point.get(), EC_GROUP_get0_generator(group)"),
    Fault("AC-060b", "compressed points are taken", [
        Put("AC-060b.1", "(void)uncompressed;"),
        Drop("AC-060b.2"),
        Drop("AC-060b.3"),
        Drop("AC-060b.4")]),
    Fault("AC-061a", "a bad classical half is passed over", [
        Put("AC-061a.1",
            "(void)diffie_hellman(recipe.curve, impl->scalar, share.curve, out.curve);"),
        Put("AC-061a.2", "(void)diffie_hellman(recipe->curve, scalar, theirs.curve, out.curve);")]),
    put("AC-061b", "a bad encapsulation key is passed over",
        "(void)kem_encapsulate(recipe->kem, theirs.kem, ours.kem, out.kem);"),
    swap("AC-062", "another key stands for an encapsulation key that is none",
         "return fail(Error::bad_key_share",
         "const std::array<std::uint8_t, kem_seed_size> seed{};\n"
         "typename Set::PrivateKey other;\n"
         "(void)Set::from_seed(&other, seed.data(), seed.size());\n"
         "Set::public_from_private(&parsed, &other"),
    Fault("AC-063", "the secret does not depend on the ciphertext", [
        Swap("AC-063.1", ";",
             ";\n"
             "std::ranges::fill(out.kem, std::uint8_t{0});"),
        Swap("AC-063.2", ";",
             ";\n"
             "std::ranges::fill(out.kem, std::uint8_t{0});")]),
    swap("AC-064a", "every ClientHello has the same key",
         "TRY(Scalar scalar, generate_scalar(recipe->curve, random",
         "const RandomSource sevens = [](MutableBytes out) -> Result<void> {\n"
         "for (std::uint8_t& byte : out) byte = 7;\n"
         "return {};\n"
         "};\n"
         "TRY(Scalar scalar, generate_scalar(recipe->curve, sevens"),
    put("AC-064b", "every ServerHello has the same key",
        "(void)random;\n"
        "  const RandomSource sevens = [](MutableBytes out) -> Result<void> {\n"
        "    for (std::uint8_t& byte : out) byte = 7;\n"
        "    return {};\n"
        "  };\n"
        "  TRY(const Scalar scalar, generate_scalar(recipe->curve, sevens));"),
    # PSK
    put("AC-065a", "no binder is checked", "(void)is_right;"),
    swap("AC-065b", "31 bytes of a binder are checked", ", binder", ".first(31), binder.first(31)"),
    swap("AC-065c", "what stands behind a binder does not matter", ");",
         ".first(std::min(binder.size(), expected.size)));"),
    put("AC-065d", "a binder covers no first ClientHello", "Transcript transcript(hash);"),
    swap("AC-065e", "the second binder is not checked", "return use_psk(offer, true)",
         "TRY(EarlySecret secret, EarlySecret::from_psk(psk_->hash, psk_->secret.reveal()));\n"
         "return believe(offer, std::move(secret))"),
    swap("AC-065f", "a binder may be short", "32", "0"),
    put("AC-066a", "selected_identity may be anything", "if (!key) return false;"),
    put("AC-066b", "selected_identity is one too large", "if (index >= count_) index = 0;"),
    drop("AC-066c", "the suite may have any hash"),
    drop("AC-066d", "a key may go without a share"),
    drop("AC-066e", "a retry keeps keys of any hash"),
    drop("AC-067a", "binders are not counted"),
    swap("AC-067b", "there may be fewer identities than binders", "=", "<"),
    Fault("AC-068a", "keys are zeros until the first rotation", [
        Drop("AC-068a.1"),
        Swap("AC-068a.2", "random_key(", "TicketKey::read(std::array<std::uint8_t, key_size>{}")]),
    drop("AC-068b", "a key may be zeros"),
    swap("AC-068c", "a secret may be zeros", "&& !is_zero(secret)", ""),
    put("AC-068d", "tickets are sealed with no key",
        "const std::array<std::uint8_t, 32> none{};\n"
        "  TRY(const crypto::Aead cipher,\n"
        "      crypto::Aead::create(crypto::AeadAlgorithm::aes_256_gcm, none));"),
    drop("AC-069a", "ticket_age_add is constant"),
    swap("AC-069b", "ticket_age_add has 16 bits", "age_add", "MutableBytes(age_add).first(2)"),
    drop("AC-070a", "tickets live for as long as they say"),
    drop("AC-070b", "tickets of no lifetime are kept"),
    swap("AC-070c", "a ticket may be empty", "1", "0"),
    put("AC-071a", "a session that was taken stays", "return true;"),
    swap("AC-071b", "sessions are not counted", "kept.size() >= sessions || impl_->", ""),
    swap("AC-072a", "roles are the same both ways", "std",
         "if (std::ranges::lexicographical_compare(server, client)) std::swap(client, server);\n"
         "std"),
    swap("AC-072b", "an imported key does not depend on its context", "impl->identity",
         "import.external_identity"),
    drop("AC-072c", "equal roles are roles"),
    put("AC-072d", "imported keys have the binders of others", "found.kind = PskKind::external;"),
    put("AC-073a", "an identity ends at a NUL",
        "const auto text = [](Bytes identity) {\n"
        "      return identity.first(static_cast<std::size_t>(\n"
        "          std::ranges::find(identity, std::uint8_t{0}) - identity.begin()));\n"
        "    };\n"
        "    if (!std::ranges::equal(text(identities.list.at(index)), "
        "text(known.identity()))) {\n"
        "      continue;\n"
        "    }"),
    put("AC-073b", "the beginning of an identity is enough",
        "const Bytes named = identities.list.at(index);\n"
        "    if (named.size() > known.identity().size() ||\n"
        "        !std::ranges::equal(named, known.identity().first(named.size()))) {\n"
        "      continue;\n"
        "    }"),
    put("AC-073c", "more may stand behind an identity",
        "const Bytes named = identities.list.at(index);\n"
        "    if (named.size() < known.identity().size() ||\n"
        "        !std::ranges::equal(named.first(known.identity().size()), "
        "known.identity())) {\n"
        "      continue;\n"
        "    }"),
    swap("AC-074a", "an unknown identity has another error",
         "TRY(check_binder(nobody, *offer.psks, client_hello_, core_.transcript)); return "
         "fail(Error::bad_binder", "return fail(Error::no_common_signature_scheme"),
    drop("AC-074b", "an unknown identity costs less"),
    Fault("AC-074c", "a known identity has a retry before its binder is checked", [
        Drop("AC-074c.1"),
        Swap("AC-074c.2", "if",
             "TRY(use_psk(offer, true));\n"
             "if")]),
    put("AC-074d", "the work depends on the key's hash",
        "const crypto::HashAlgorithm hash = psk.hash;"),
    # 0RTT
    swap("AC-075a", "flights are not remembered", "|| impl_->flights.has(*mark)", ""),
    put("AC-075b", "a restart is no matter", "quiet_until = -1;"),
    swap("AC-075c", "a restart is waited for half as long", "+ window", ""),
    put("AC-075d", "the guard is not asked", "true;"),
    put("AC-075e", "a stateful ticket is not used up", "return true;"),
    swap("AC-076a", "a ticket may be older than it says", "psk_->age_difference_ms <= window_ms",
         "true"),
    swap("AC-076b", "a ticket may be younger than it says",
         "-window_ms <= psk_->age_difference_ms", "true"),
    swap("AC-076c", "a clock that steps back is followed", "|| now < impl_->latest - lateness", ""),
    swap("AC-077a", "early data goes with any protocol",
         "std::ranges::equal(alpn.bytes(), psk_->alpn.bytes()) &&", ""),
    swap("AC-077b", "early data goes with any suite",
         "psk_->cipher_suite == core_.cipher_suite() &&", ""),
    put("AC-077c", "a session goes with any name", "(void)server_name;"),
    drop("AC-077d", "early data goes with any context"),
    swap("AC-077e", "a client takes any protocol for its early data",
         "&& offer_->psks().session()->alpn == negotiated.alpn", ""),
    swap("AC-077f", "a client takes any suite for its early data",
         "session_suite_ == negotiated.cipher_suite", "true"),
    swap("AC-078a", "early data is not counted",
         "ENSURE(size <= core().early_data_left, Error::too_much_early_data); "
         "core().early_data_left -= static_cast<std::uint32_t>(size)", "(void)size"),
    swap("AC-078b", "one byte more is taken", ",", "+ 1,"),
    drop("AC-078c", "what is skipped is not counted"),
    drop("AC-078d", "what cannot be opened is skipped where early data was accepted"),
    swap("AC-079a", "the table has a row for Finished in the place of EndOfEarlyData", ">,",
         ">,\n"
         "On<wait_eoed, &ServerHandshake::on_finished>,", by_compiler=True),
    Fault("AC-079b", "the client's Finished ends early data", [
        Swap("AC-079b.1", ">,",
             ">,\n"
             "On<wait_eoed, &ServerHandshake::on_finished>,"),
        Drop("AC-079b.2")]),
    swap("AC-079c", "the table has a row for a second EndOfEarlyData", ">,",
         ">,\n"
         "On<wait_finished, &ServerHandshake::on_end_of_early_data>,", by_compiler=True),
    Fault("AC-079d", "EndOfEarlyData may come twice", [
        Swap("AC-079d.1", ">,",
             ">,\n"
             "On<wait_finished, &ServerHandshake::on_end_of_early_data>,"),
        Drop("AC-079d.2")]),
    drop("AC-079e", "EndOfEarlyData changes no keys"),
    drop("AC-080a", "a second ClientHello may offer early data"),
    drop("AC-080b", "it may so by a cookie"),
    drop("AC-080c", "a client offers it again"),
    drop("AC-080d", "early data before a retry is not skipped"),
    drop("AC-080e", "early data behind the second ClientHello is skipped"),
    # POST
    drop("AC-081a", "KeyUpdates are not counted"),
    swap("AC-081b", "one KeyUpdate more is taken", "<", "<="),
    swap("AC-081c", "an empty record is data", "(",
         "(content.empty()) guard_.application_data();\n"
         "if ("),
    put("AC-081d", "each request has an answer of its own",
        "if (!link.owes_key_update()) return {};"),
    put("AC-081e", "we ask again before the peer's KeyUpdate",
        "bool begin_request() noexcept { return true; }"),
    put("AC-082a", "bytes may follow a KeyUpdate", "(void)at_end;"),
    drop("AC-082b", "who cannot answer cannot read"),
    swap("AC-082c", "a receiver waits for its sender", ";",
         ";\n"
         "if ((*impl_->link).owes_key_update()) return Step{0, 0, NeedOutput{}};"),
    drop("AC-083a", "request_update may be anything"),
    put("AC-083b", "updates do not end", "if (updates_left_ == 0) ++updates_left_;"),
    swap("AC-083c", "a sender may have 2^48 updates", "(std::uint64_t{1} << 48) - 1",
         "std::uint64_t{1} << 48"),
    drop("AC-083d", "the number of updates is whatever is asked for"),
    drop("AC-084a", "a message may have any length"),
    swap("AC-084b", "a message may be a byte longer", ",", "+ 1,"),
    swap("AC-084c", "memory for parts is not counted",
         "ENSURE(bytes <= left_, Error::handshake_memory); left_ -=", "(void)"),
    drop("AC-084d", "tickets are not counted"),
    swap("AC-084e", "one ticket more is read", "<", "<="),
    put("AC-085a", "close_notify leaves our direction open",
        "if (record::classify(description) == record::AlertClass::error) forget();"),
    swap("AC-085b", "the peer's close_notify closes our direction", ";",
         ";\n"
         "context.link.end(Error::closed, std::nullopt);"),
    swap("AC-085c", "what comes after close_notify is read", "is_closed_ = true; read_.forget();",
         ""),
    swap("AC-085d", "data is written after the peer's fatal alert", "TRY(impl_->check_alive());",
         ""),
    put("AC-086a", "close_notify is no end of a handshake", "if (!connected) return {};"),
    swap("AC-086b", "a stream waits at the end of its transport", ")",
         "&& connection.is_complete())"),
    put("AC-087a", "a truncation is an end", "if (impl_->is_complete) return {};"),
    swap("AC-087b", "our own close_notify makes any end a clean one", ")",
         ") || impl_->sending.is_closed()"),
    put("AC-087c", "a half takes a truncation for an end", "if (impl_) return {};"),
    swap("AC-088a", "user_canceled is an end", "warning", "closure"),
    drop("AC-088b", "warnings are not counted"),
    swap("AC-088c", "data excuses warnings", ";",
         ";\n"
         "warnings_ = 0;"),
    swap("AC-089a", "a level is checked", ";",
         ";\n"
         "ENSURE(content[0] == 1 || content[0] == 2, Error::bad_alert);"),
    swap("AC-089b", "an error at the level of a warning is passed over", "switch",
         "if (content[0] == 1 && description != AlertDescription::close_notify) {\n"
         "return {};\n"
         "}\n"
         "switch"),
    Fault("AC-089c", "an alert may go on behind its two bytes", [
        Drop("AC-089c.1"),
        Swap("AC-089c.2", "=", ">")]),
    swap("AC-089d", "an alert may stand within a message",
         "ENSURE(!state.within_message, Error::interleaved_record);", ""),
    # X509
    swap("AC-090a", "believed in spite of: certificate_name_constraint", "return",
         "if (!look.faults.empty() && look.faults.front().error == "
         "Error::certificate_name_constraint) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-090b", "the second look notes nothing of PERMITTED_VIOLATION", ")",
         "&& X509_STORE_CTX_get_error(context) != X509_V_ERR_PERMITTED_VIOLATION && "
         "X509_STORE_CTX_get_error(context) != X509_V_ERR_EXCLUDED_VIOLATION && "
         "X509_STORE_CTX_get_error(context) != X509_V_ERR_UNSUPPORTED_NAME_SYNTAX)"),
    swap("AC-091", "believed in spite of: bad_certificate_key", "return",
         "if (!look.faults.empty() && look.faults.front().error == "
         "Error::bad_certificate_key) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    drop("AC-092a", "a CA's RSA key may have any length"),
    Fault("AC-092b", "an RSA key may have any length", [
        Drop("AC-092b.1"),
        Drop("AC-092b.2")]),
    drop("AC-092c", "the second look verifies with keys of any length"),
    swap("AC-093a", "pki has another budget", ";", "* 1'000'000;"),
    put("AC-093b", "a limit of zero is none",
        "options.max_iteration_count = query.limits.path_iterations;"),
    swap("AC-093c", "the second look has another budget", ").", "* 200)."),
    swap("AC-094a", "too many constraints of an anchor are none", "!= X509_V_OK",
         "== X509_V_ERR_PERMITTED_VIOLATION"),
    put("AC-094b", "constraints of many CAs do not add up",
        "constraints = larger_of(constraints, constraints_in(*parts));"),
    swap("AC-094c", "the second look notes nothing of UNSPECIFIED", ")",
         "&& X509_STORE_CTX_get_error(context) != X509_V_ERR_UNSPECIFIED && "
         "X509_STORE_CTX_get_error(context) != X509_V_ERR_OUT_OF_MEM)"),
    swap("AC-094d", "believed in spite of: chain_refused", "return",
         "if (!look.faults.empty() && look.faults.front().error == Error::chain_refused) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-095a", "believed in spite of: certificate_name_constraint", "return",
         "if (!look.faults.empty() && look.faults.front().error == "
         "Error::certificate_name_constraint) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-095b", "the second look notes nothing of PERMITTED_VIOLATION", ")",
         "&& X509_STORE_CTX_get_error(context) != X509_V_ERR_PERMITTED_VIOLATION && "
         "X509_STORE_CTX_get_error(context) != X509_V_ERR_EXCLUDED_VIOLATION)"),
    put("AC-095c", "an anchor's own constraints are not looked at",
        "const bool is_constrained = false;"),
    swap("AC-096", "the common name will do", ";",
         "||\n"
         "text_of(parts_.subject).ends_with(name.text());"),
    swap("AC-097a", "a star stands for anything", "return",
         "const auto star = pattern.find('*');\n"
         "if (star != std::string::npos && host.starts_with(pattern.substr(0, star)) &&\n"
         "host.ends_with(pattern.substr(star + 1))) {\n"
         "return true;\n"
         "}\n"
         "return"),
    swap("AC-097b", "a star may have one label behind it", "!is_first", "true"),
    Fault("AC-097c", "a star stands for several labels", [
        Put("AC-097c.1",
            "const std::size_t behind = host.size() - std::min(host.size(), pattern.size() "
            "- 1);\n"
            "  const std::size_t dot = host.find('.', behind);"),
        Swap("AC-097c.2", "all_of", "any_of")]),
    swap("AC-098", "a name of another kind is taken for a host's", "== GEN_DNS", "!= GEN_IPADD"),
    swap("AC-099a", "believed in spite of: unknown_issuer", "return",
         "if (!look.faults.empty() && look.faults.front().error == Error::unknown_issuer) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-099b", "believed in spite of: certificate_bad_signature", "return",
         "if (!look.faults.empty() && look.faults.front().error == "
         "Error::certificate_bad_signature) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-099c", "believed in spite of: chain_refused", "return",
         "if (!look.faults.empty() && look.faults.front().error == Error::chain_refused) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-099d", "the second look notes nothing of UNABLE_TO_GET_ISSUER_CERT_LOCALLY", ")",
         "&& X509_STORE_CTX_get_error(context) != "
         "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY && X509_STORE_CTX_get_error(context) "
         "!= X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT && X509_STORE_CTX_get_error(context) != "
         "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN && X509_STORE_CTX_get_error(context) != "
         "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)"),
    swap("AC-099e", "the second look notes nothing of INVALID_CA", ")",
         "&& X509_STORE_CTX_get_error(context) != X509_V_ERR_INVALID_CA && "
         "X509_STORE_CTX_get_error(context) != X509_V_ERR_INVALID_PURPOSE)"),
    swap("AC-100a", "believed in spite of: chain_refused", "return",
         "if (!look.faults.empty() && look.faults.front().error == Error::chain_refused) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-100b", "the second look notes nothing of NO_EXPLICIT_POLICY", ")",
         "&& X509_STORE_CTX_get_error(context) != X509_V_ERR_NO_EXPLICIT_POLICY)"),
    swap("AC-101a", "a response that does not serve is no matter", "== Staple::Status::good",
         "!= Staple::Status::revoked"),
    swap("AC-101b", "what is revoked is good", "== Staple::Status::good",
         "!= Staple::Status::unsatisfactory"),
    swap("AC-101c", "the root may answer for those below its CAs", "[1]", ".back()"),
    put("AC-101d", "nothing is a response", "return std::nullopt;"),
    swap("AC-102a", "all names are told", "most", "SIZE_MAX"),
    swap("AC-102b", "a name is told at any length", ">= limit", "== SIZE_MAX"),
    swap("AC-103a", "what is BER is believed where pki does not know the key", "!is_der(path)",
         "false"),
    put("AC-103b", "an extension that cannot be read is no matter", "(void)flags;"),
    put("AC-103c", "who believes anyone believes what is malformed", "return verdict;"),
    drop("AC-103d", "the application is asked about what is malformed"),
    swap("AC-103e", "believed in spite of: chain_refused", "return",
         "if (!look.faults.empty() && look.faults.front().error == Error::chain_refused) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-104a", "believed in spite of: certificate_bad_signature", "return",
         "if (!look.faults.empty() && look.faults.front().error == "
         "Error::certificate_bad_signature) {\n"
         "for (const auto& each : look.path) {\n"
         "path.emplace_back(text_of(der_of(each.get())));\n"
         "}\n"
         "return {};\n"
         "}\n"
         "return"),
    swap("AC-104b", "the second look notes nothing of CERT_SIGNATURE_FAILURE", ")",
         "&& X509_STORE_CTX_get_error(context) != X509_V_ERR_CERT_SIGNATURE_FAILURE)"),
    drop("AC-105a", "more is decompressed than a message may hold"),
    put("AC-105b", "a failed decompression is not noticed",
        "(void)(*found)->decompress(compressed.compressed_certificate_message.bytes, whole);"),
    put("AC-105c", "the first algorithm stands for any", "return each != nullptr;"),
    swap("AC-105d", "compressed certificates are taken unasked",
         "&& !config->decompressors.empty()", ""),
    put("AC-105e", "what is left of a stream is not looked at", "size == message.size();"),
    # ECH
    swap("AC-106a", "the outer ClientHello names the server that is meant",
         "is_outer ? ech_->public_name :", ""),
    put("AC-106b", "the outer ClientHello has the inner random", "TRY(writer.bytes(random_));"),
    put("AC-106c", "the outer ClientHello offers the keys", "return psks_.write(body);"),
    swap("AC-106d", "the random stand-ins are the identities",
         "std::size_t size = at(i)->identity.size(); TRY(list.vector<2>([&](wire::Writer& "
         "out) { return random(out, size",
         "Bytes identity = at(i)->identity;\n"
         "TRY(list.vector<2>([&](wire::Writer& out) { return out.bytes(identity"),
    swap("AC-107a", "an extension may be referred to twice", "++at;", ""),
    swap("AC-107b", "references may come in any order", "{",
         "{\n"
         "at = outer.extensions.begin();"),
    drop("AC-107c", "encrypted_client_hello may be referred to"),
    put("AC-107d", "what is not there is left out", "if (at == outer.extensions.end()) return {};"),
    put("AC-107e", "there may be two lists of references", "(void)std::exchange(named, true);"),
    put("AC-107f", "a list of references may have anything behind it",
        "TRY(const auto names, [&] { wire::Reader rest(extension.extension_data.bytes); "
        "return wire::read<OuterExtensions>(rest); }());"),
    put("AC-107g", "padding may be anything", "(void)is_zero;"),
    drop("AC-107h", "an encoded ClientHello may have a session ID"),
    swap("AC-107i", "an inner ClientHello needs no mark",
         "ENSURE(mark && mark->variant == EchClientHelloType::inner, "
         "Error::bad_inner_client_hello); TRY(mark->check());", ""),
    put("AC-107j", "an inner ClientHello may offer older versions", "(void)version;"),
    put("AC-107k", "an inner ClientHello may come from anywhere",
        "if (extension.variant == EchClientHelloType::inner) return EchOuter{};"),
    drop("AC-107l", "a second ClientHello may be for another key"),
    put("AC-107m", "a second ClientHello need not be encrypted",
        "if (!extension) return MutableBytes{};"),
    put("AC-107n", "what authenticates the outer ClientHello leaves it out", "return {};"),
    # IDENTITY
    put("AC-110", "a session's client is known before its binder is right",
        "if (offer_->psks) psk_ = find_psk(config(), *offer_, search_from(0), core_.budget);\n"
        "if (psk_) core_.peer_chain = std::move(psk_->chain);"),
    swap("AC-111", "a chain is kept in part", "(added)", "(true)"),
    put("AC-112", "a session's client is known before its binder is right",
        "if (offer_->psks) psk_ = find_psk(config(), *offer_, search_from(0), core_.budget);\n"
        "if (psk_) core_.peer_chain = std::move(psk_->chain);"),
    swap("AC-113", "a chain is kept in part", "(added)", "(true)"),
    swap("AC-114", "a chain is kept in part", "(added)", "(true)"),
    swap("AC-115", "a chain is kept in part", "(added)", "(true)"),
    drop("AC-116a", "the memory of half a chain is lost"),
    drop("AC-116b", "the memory of a chain without views is lost"),
    drop("AC-117a", "a certificate is added to another's chain"),
    drop("AC-117b", "an empty list passes over another's chain"),
    # TRAPS
    drop("AC-230a", "a body may have less room than the KeyUpdate before it"),
    drop("AC-230b", "a KeyUpdate without room counts as an answer"),
    Fault("AC-231a", "a copy of a client's builder is the same builder", [
        Swap("AC-231a.1", "unique_ptr", "shared_ptr"),
        Swap("AC-231a.2", "std::make_unique<Impl>(*other.impl_)", "other.impl_")]),
    Fault("AC-231b", "a copy of a server's builder is the same builder", [
        Swap("AC-231b.1", "unique_ptr", "shared_ptr"),
        Swap("AC-231b.2", "std::make_unique<Impl>(*other.impl_)", "other.impl_")]),
    drop("AC-231c", "a client's builder that is assigned keeps what it had"),
    drop("AC-231d", "a server's builder that is assigned keeps what it had"),
    drop("AC-232a", "a record that was begun is overwritten"),
    drop("AC-232b", "a write that is repeated begins anew"),
    drop("AC-232c", "an interrupted write goes on with any data"),
    put("AC-233a", "split() takes the connection whatever comes of it",
        "const auto gone = std::move(impl_);\n"
        "  Impl& whole = *gone;"),
    drop("AC-233b", "split() without memory loses the sending half"),
    drop("AC-234a", "close() comes between the parts of a message"),
    put("AC-234b", "an alert comes between the parts of a message", "due_.reset();"),
    swap("AC-236", "an error has the number of success", "= 1", ""),
    drop("AC-237", "pins may be given where the application judges"),
    drop("AC-238", "what was rejected is still exported"),
    put("AC-239", "NULL is taken", "((void)arguments, ...);\n  return true;"),
    swap("AC-240", "a privileged process is told whom to trust", "secure_getenv", "getenv"),
    swap("AC-241a", "a name is looked up as long as it takes", "!deadline.left()", "true"),
    drop("AC-241b", "each read and write of a handshake has its own time"),
    drop("AC-241c", "a handshake has its time, whatever connecting took"),
    swap("AC-241d", "any number of lookups may be left behind", "max_lookups", "1'000'000"),
    drop("AC-241e", "the transport is not told that a handshake begins"),
    drop("AC-241f", "the transport is not told that the handshake has ended"),
    drop("AC-241g", "in C there is no bound unless one is asked for"),
    swap("AC-241i", "a very long time has passed at once", "longest)",
         "std::max(timeout, longest))"),
    swap("AC-241j", "a time that has passed is none", "!= 0", "> 0"),
    put("AC-241h", "an accepted socket has no bound", "return accept_within({}, {});"),
    drop("AC-118", "a session goes with any keys of the server's"),
    drop("AC-119", "a key is looked at before the name"),
    swap("AC-120", "no servers are one service", "config.one_service", "false"),
    swap("AC-121", "who has seen a session's number uses it up", "TRY",
         "(void)take_session(offer);\n"
         "TRY"),
    drop("AC-122a", "a ClientHello that gets a retry uses a session up"),
    put("AC-122b", "a session that is lost is an error",
        "if (!take_session(offer)) return fail(Error::bad_cookie);\n"
        "return believe(offer, std::move(secret));"),
    put("AC-123", "a session that another has taken is resumed", "return true;"),
    drop("AC-124", "a session that is taken stays"),
    put("AC-125", "a cookie is good for the suite of this handshake alone",
        "TRY(const CipherSuite anew, select_cipher_suite(config().policy, offer));\n"
        "ENSURE(cookie.cipher_suite == anew, Error::bad_cookie);"),
    put("AC-126", "a window that grows is waited for once",
        "quiet_until = std::max(quiet_until, latest + wider);"),
    swap("AC-127", "the window before is thought to be this one", "former_window +", "window +"),
    put("AC-128a", "all tickets have one key and one nonce",
        "(void)salt;\n"
        "  return crypto::Aead::create(crypto::AeadAlgorithm::aes_256_gcm, key.secret.reveal());"),
    put("AC-128b", "all cookies have one key and one nonce",
        "(void)salt;\n"
        "  return crypto::Aead::create(crypto::AeadAlgorithm::aes_256_gcm, key.reveal());"),
    put("AC-129", "behind a session that is lost no key is taken", "psk_.reset();"),
    # What a session is bound to
    swap("AC-140a", "what a peer has proved counts for ever",
         "within_time(within_time(at) + within_time(age))", "(void(age), end_of_time)"),
    put("AC-140b", "a server resumes whatever the time of the proof",
        "return proved.is_fresh(0, {}) || true;"),
    drop("AC-140c", "a client resumes whatever its store gives"),
    swap("AC-140d", "a server's tickets prolong a session", "proof.proved.at", "now"),
    drop("AC-140e", "a client takes a resumption for a proof"),
    swap("AC-140f", "a client's session does not say that it ends with its proof",
         "origin_.proved.end(config.max_proof_age)", "end_of_time"),
    swap("AC-141a", "a session does not end with the path",
         "within_time(valid_until) + 1", "end_of_time"),
    swap("AC-141b", "the leaf's end alone counts", "path.size() - (with_anchor ? 0 : 1)",
         "(with_anchor ? 1 : 1)"),
    drop("AC-141c", "a leaf that the application has judged does not end"),
    drop("AC-141d", "a path that was believed does not end"),
    swap("AC-141e", "a ticket does not say when the path ends", "proof.proved.valid_until",
         "end_of_time"),
    swap("AC-142", "a file's version is not looked at", "*version == present_version", "true"),
    drop("AC-143a", "a server does not tell what a session began with"),
    drop("AC-143b", "a client takes a ticket for the identity of a key"),
    swap("AC-144a", "any key stands for the one that a session began with",
         "psk_->proof.is_by(*known.psk)", "true"),
    swap("AC-144b", "a key that was replaced under its identity stands for the former one",
         "std::ranges::equal(digest_of(psk).bytes(), digest)", "(void(digest), true)"),
    swap("AC-144c", "a key that nobody has any more is not missed", "config_.ask_psk", "true"),
    put("AC-144d", "the application is not asked about a session's key",
        "const bool is_known = psk_.has_value();"),
    put("AC-146", "a client's session_context does not count", "(void)user_context;"),
    put("AC-147a", "the application is not asked about a session",
        "return session == nullptr && !config().ask_session_verdict;"),
    put("AC-147b", "a session that the application refuses is offered", "(void)verdict;"),
    put("AC-147d", "a session that ends while the application is asked is offered",
        "(void)has_ended;"),
    put("AC-147c", "a ClientHello behind a question has another version",
        "write.initial_client_hello(false);"),
    swap("AC-150", "sessions of whom the application presents are anybody's",
         "config().ask_credential", "false"),
    drop("AC-151", "a ticket is kept that no ClientHello has room for"),
    drop("AC-152", "a handshake ends for want of room for a ticket"),
    swap("AC-148", "what the ticket allows counts",
         "std::min(psk_->max_early_data, config().early_data.max_size)", "psk_->max_early_data"),
    # What it costs before anything is proved
    swap("AC-200a", "a scheme is looked for in the peer's list, credential by credential",
         "schemes_.contains(scheme)", "wire::contains(wishes_.signature_algorithms, scheme)"),
    swap("AC-200b", "so is that of a chain's signature", "chain_schemes_.contains(scheme)",
         "wire::contains(wishes_.certificate_algorithms, scheme)"),
    put("AC-201", "records of no bytes are passed over for ever", "return length;"),
    drop("AC-202a", "after the handshake any message is waited for, whatever its header says"),
    swap("AC-202b", "a KeyUpdate may claim to be long", "Row::Taken::longest;", "Row::Taken::none;"),
    drop("AC-202c", "a handshake waits for messages that it cannot take"),
    drop("AC-203a", "Brotli's decoder takes what the stream says"),
    drop("AC-203b", "zstd takes frames of its past, several, and those to be skipped"),
    swap("AC-203c", "something may follow a frame of zstd",
         "ZSTD_findFrameCompressedSize(compressed.data(), compressed.size()) == compressed.size()",
         "true"),
    put("AC-204a", "a signature that fails is kept too", "checked_->store(key);"),
    put("AC-205a", "readers of a cache wait for each other",
        "const std::unique_lock lock(mutex_);"),
    swap("AC-205b", "whoever changes a cache waits for its readers",
         "const std::unique_lock lock(mutex_, std::try_to_lock);",
         "const std::unique_lock lock(mutex_);"),
    drop("AC-206a", "a list is verified at each handshake"),
    swap("AC-207a", "the first list that is of the issuer decides", "answer.entry != nullptr ||",
         "answer.lack != ListLack::issuer ||"),
    put("AC-207b", "an entry of a list that has expired is passed over",
        "if (answer.lack == ListLack::expired) answer.entry = nullptr; return answer;"),
    drop("AC-207c", "an entry of a list that nobody signed revokes"),
    put("AC-208", "a list that was not used is not told", "continue;"),
    put("AC-209", "a certificate may have any number of elements",
        "(void)has_too_many_elements(der);"),
    # The machine that looks
    drop("AC-260", "any binder will do"),
    drop("AC-261", "a configuration's randomness is not used"),
    # Chains
    drop("AC-170a", "names and constraints have no bound"),
    drop("AC-170b", "the bound holds for each path"),
    drop("AC-170c", "the second look goes on behind a bad signature"),
    put("AC-170d", "constraints of the anchors cost nothing", "NameTally constraints;"),
    swap("AC-171", "what has an extension twice is believed where pki does not know the key",
         "!is_der(path)", "false"),
    drop("AC-172a", "constraints of a kind that is not compared are passed over"),
    swap("AC-172b", "no kind is one that is not compared", "& kinds", "& 0U"),
    drop("AC-173", "an anchor that is no CA vouches for others"),
    drop("AC-174", "an anchor's path length is passed over"),
    drop("AC-175", "an anchor's purpose is passed over"),
    drop("AC-176", "an anchor's critical extensions are passed over"),
    drop("AC-177a", "an anchor's dates are never looked at"),
    drop("AC-177b", "an anchor's dates are always looked at"),
    swap("AC-177c", "a session outlives its anchor, whose dates are looked at",
         "with_anchor ? 0 : 1", "with_anchor ? 1 : 1"),
    put("AC-178", "an Ed25519 key of small order is believed", "return false;"),
    swap("AC-149", "a client has to know our record_size_limit beforehand",
         "phase_ == InboundPhase::early_data", "false"),
]
