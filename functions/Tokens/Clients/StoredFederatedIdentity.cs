namespace Gatehouse.Tokens.Clients;

/// <summary>The identity of a stored client at another issuer, as <see cref="FederatedOptions"/> describe that of a configured one.</summary>
internal sealed record StoredFederatedIdentity
{
    public required string Issuer { get; init; }

    public Uri? JwksUri { get; init; }

    public required string Subject { get; init; }

    /// <summary>Null for <c>Tokens:Issuer</c>.</summary>
    public string? Audience { get; init; }

    public IReadOnlyDictionary<string, string> Claims { get; init; } = new Dictionary<string, string>();

    public bool Reusable { get; init; }

    public required TimeSpan MaxLifetime { get; init; }

    public FederatedOptions ToOptions()
    {
        var options = new FederatedOptions { Issuer = Issuer, JwksUri = JwksUri, Subject = Subject, Audience = Audience ?? "", Reusable = Reusable, MaxLifetime = MaxLifetime };
        foreach (var (name, value) in Claims)
        {
            options.Claims.Add(name, value);
        }

        return options;
    }

    public bool Equals(StoredFederatedIdentity? other) =>
        other is not null
        && (Issuer, JwksUri, Subject, Audience, Reusable, MaxLifetime) == (other.Issuer, other.JwksUri, other.Subject, other.Audience, other.Reusable, other.MaxLifetime)
        && Claims.Count == other.Claims.Count
        && Claims.All(claim => other.Claims.GetValueOrDefault(claim.Key) == claim.Value);

    public override int GetHashCode() => HashCode.Combine(Issuer, Subject);
}
