namespace Gatehouse.Keys;

/// <summary>An enabled version of the signing key.</summary>
internal sealed record KeyVersion(SecretVersion Version, SigningKey Key);
