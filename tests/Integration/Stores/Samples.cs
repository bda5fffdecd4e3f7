using Gatehouse.Products;
using Gatehouse.Tokens;
using Gatehouse.Tokens.Clients;
using Gatehouse.Users;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>Things to store, and texts that a store could stumble over.</summary>
internal static class Samples
{
    /// <summary>A point in time with ticks, which a store must not round.</summary>
    public static readonly DateTimeOffset Now = new DateTimeOffset(2026, 3, 29, 1, 59, 59, 999, TimeSpan.Zero).AddTicks(1234);

    /// <summary>Texts that must come back as they are.</summary>
    public static TheoryData<string> Texts =>
    [
        "plain",
        "Žluťoučký kůň – 馬 🐎 e\u0301",
        "O'Brien \"quoted\" `ticked` \\back\\",
        "'; DROP TABLE products; --",
        "100%_[a-z]*?",
        " spaces around ",
        "line\nbreak\ttab",
        "{\"json\":[1,2]}",
    ];

    public static Product Product(int number = 0, string name = "Kettle", string category = "Kitchen") => new()
    {
        Id = Guid.CreateVersion7(Now.AddMilliseconds(number)).ToString("N"),
        Name = name,
        Description = "Boils water.",
        Category = category,
        Price = 24.90m,
        Currency = "EUR",
        CreatedAt = Now,
        UpdatedAt = Now.AddTicks(1),
    };

    public static User User(string name = "ada") => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Name = Name(name),
        PasswordHash = "AQAAAAIAAYagAAAAE+/=",
        Roles = ["viewer", "editor"],
        CreatedAt = Now,
        Factors = new Factors(new TotpFactor("JBSWY3DPEHPK3PXP", 57_123_456, Now), ["aGFzaA=="]),
    };

    public static StoredClient Client(string id = "importer") => new()
    {
        Id = id,
        Scopes = ["products:read", "products:write"],
        RequiresProof = false,
        Secrets = [new StoredSecret("first", "aGFzaA", Now), new StoredSecret("second", "aGFzaDI", Now.AddTicks(1))],
        CreatedAt = Now,
        TokensRevokedAt = Now.AddTicks(2),
    };

    public static UserName Name(string text)
    {
        Assert.True(UserName.TryParse(text, out var name), text);
        return name;
    }

    public static RefreshTokenFamily Family()
    {
        var token = RefreshToken.CreateFirst();
        return new RefreshTokenFamily
        {
            Id = token.FamilyId,
            Subject = "subject",
            UserName = "Ada",
            ClientId = "gatehouse",
            ProofKeyThumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
            Scopes = ["products:read", "products:write"],
            Audiences = ["gatehouse", "https://orders.example.com"],
            AuthenticatedAt = Now,
            AuthenticationMethods = ["pwd", "otp", "mfa"],
            ExpiresAt = Now.AddDays(30).AddTicks(1),
            IdleExpiresAt = Now.AddDays(14).AddTicks(2),
            CurrentHash = token.Hash(),
        };
    }
}
