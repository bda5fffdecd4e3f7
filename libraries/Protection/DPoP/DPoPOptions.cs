namespace Gatehouse.Protection.DPoP;

/// <summary>
/// Configuration section <c>Protection:DPoP</c>: proofs that the sender of a token holds the key it is bound to (RFC 9449).
/// A client that sends proofs gets bound tokens without any of these settings.
/// </summary>
internal sealed class DPoPOptions
{
    public const string Section = "Protection:DPoP";

    /// <summary>
    /// Whether every proof must carry a nonce that Gatehouse gave out (RFC 9449 §8). It makes proofs that were prepared in
    /// advance worthless, and costs a client one more round trip now and then. Needs tokens of its own (<c>Tokens:Enabled</c>). Defaults to false.
    /// </summary>
    public bool RequireNonce { get; set; }

    /// <summary>How long a nonce is good, 30 seconds to 1 hour. Defaults to 5 minutes.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Functions that take no bearer tokens, by name and separated by spaces, such as <c>ChangePassword DeleteUser</c>; <c>*</c>
    /// for all that need a token. Defaults to none.
    /// </summary>
    public string RequiredForFunctions { get; set; } = "";

    /// <summary>Roles whose holders' bearer tokens are not taken anywhere, separated by spaces, such as <c>admin</c>. Defaults to none.</summary>
    public string RequiredForRoles { get; set; } = "";

    /// <summary>
    /// Base URLs under which callers reach this API besides <c>Tokens:Issuer</c>, separated by spaces: a proof names the
    /// URL that its sender asked for, which behind a proxy is not what the function sees. Defaults to none.
    /// </summary>
    public string PublicUrls { get; set; } = "";

    /// <summary>
    /// How many proofs an instance remembers for two minutes each, so that none is taken twice; when it can't remember one
    /// more it answers 503. 1 000 to 10 000 000; one takes up to about 100 bytes. Defaults to 200 000.
    /// </summary>
    public int RememberedProofs { get; set; } = 200_000;

    /// <summary>
    /// How many clients' proof keys an instance keeps ready for checking. 0 to 100 000; one takes up to about 10 KiB.
    /// Defaults to 1 000.
    /// </summary>
    public int RememberedKeys { get; set; } = 1_000;
}
