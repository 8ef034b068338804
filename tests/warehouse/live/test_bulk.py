from warehouse.live.bulk import id_of, key_of


def test_keys_and_ids_are_the_same_number() -> None:
    for key in (0, 1, -1, 2**63 - 1, -(2**63)):
        assert key_of(id_of(key)) == key
