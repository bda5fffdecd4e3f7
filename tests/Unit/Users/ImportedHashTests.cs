using Gatehouse.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Users;

/// <summary>Hashes that other implementations have made.</summary>
public sealed class ImportedHashTests
{
    private const string Umlauts = "Grüße aus Köln";

    [Theory]
    [InlineData("bcryptjs 3", "correct horse battery staple", "$2b$10$4OTLRQLSNYQLWAlTHjzzGOgoh2HWRSfCoIxmo.MquwV4VC8XNmL5G", 71_680)]
    [InlineData("bcryptjs 3", Umlauts, "$2b$04$Dgx3Y5IOezzp1Qg0lNkBNen3zztoTpL8dWZw64ydEzAQnwRz6bO2u", 1_120)]
    [InlineData("hash-wasm 4", Umlauts, "$2a$04$laYkleRhPM8dzXUVzqjRxu12Db2IzpK9W0u6iit7dL4muEYe2emRq", 1_120)]
    [InlineData("libxcrypt", Umlauts, "$2y$04$abcdefghijklmnopqrstuu8CUm8kgrZsnboz/WhY60Zf2APZzRatm", 1_120)]
    [InlineData("bcryptjs 3, more than 72 bytes", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "$2b$04$SV/TD9iCMc3SMJvjjwPDCeS7d3go6zo5.EUgx5W4OD904Vvq4aIPS", 1_120)]
    [InlineData("node-argon2 0.45", Umlauts, "$argon2id$v=19$m=512,p=4,t=2$QJabC6t8WkkrNfxzsEfAgA$rMZjoRmp18pVA4dwjucLaTYfanJTdcXu/bdwdM6GPWg", 4_096)]
    [InlineData("hash-wasm 4", Umlauts, "$argon2id$v=19$m=64,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o", 256)]
    [InlineData("hash-wasm 4", Umlauts, "$argon2id$v=19$m=512,t=3,p=4$ncamngTjRO+f1ZWX1slTzw$lo4CrgiSnbm8q3l22C8o2N298Di7E6HIaNC3Eo6mkCU", 6_144)]
    [InlineData("passlib's documentation", "password", "$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44", 3_200)]
    [InlineData("Python's hashlib", Umlauts, "$pbkdf2-sha512$1000$AAECAwQFBgcICQoLDA0ODw$qXyo5WQOsLUKX54UeLpU7Ixka8oPb8y.dE2S7BRbQd9XvefuJHwIs7ic/60HwobzNHC2RYI8nL4EG4g/GZi7IQ", 1_000)]
    [InlineData("Python's hashlib, in the form of PHC", Umlauts, "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$Pyb7Cs+k85w/isEOVR6ARQzsCt/UriPr4ZhWnJLVKME", 500)]
    [InlineData("the tests of ASP.NET Core Identity", "my password", "AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M", 250)]
    public void Hash_OfAnotherImplementation_MatchesItsPasswordAlone_AndTellsItsWork(string source, string password, string text, long work)
    {
        var hash = ImportedHash.Find(text);

        Assert.NotNull(hash);
        Assert.Equal((source, work), (source, hash.Work));
        Assert.True(hash.Matches(password), source);
        Assert.False(hash.Matches("x" + password[1..]), source);
        Assert.True(ImportedHash.FindStored(hash.Stored)!.Matches(password), source);
    }

    [Fact]
    public void Hash_OfIdentityOfToday_MatchesItsPassword()
    {
        var text = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 1_000 })).HashPassword(new object(), Umlauts);

        Assert.Null(ImportedHash.FindStored(text));
        var hash = ImportedHash.Find(text);
        Assert.Equal(1_000, hash!.Work);
        Assert.True(hash.Matches(Umlauts));
        Assert.False(hash.Matches("Grusse aus Koln"));
        Assert.True(ImportedHash.FindStored(hash.Stored)!.Matches(Umlauts));
    }

    // A colon of KC is a colon, and a hash of the entered form would not know the other one.
    [Fact]
    public void Password_IsComparedAsItWasEntered()
    {
        var text = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 1_000 })).HashPassword(new object(), "fullwidth ： colon");

        Assert.True(ImportedHash.Find(text)!.Matches("fullwidth ： colon"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$")]
    [InlineData("correct horse battery staple")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf99")]
    [InlineData("$1$Etg2ExUZ$F9NTP7omafhKIlqaBMqng1")]
    [InlineData("$2x$04$Dgx3Y5IOezzp1Qg0lNkBNen3zztoTpL8dWZw64ydEzAQnwRz6bO2u")]
    [InlineData("$2b$03$Dgx3Y5IOezzp1Qg0lNkBNen3zztoTpL8dWZw64ydEzAQnwRz6bO2u")]
    [InlineData("$2b$32$Dgx3Y5IOezzp1Qg0lNkBNen3zztoTpL8dWZw64ydEzAQnwRz6bO2u")]
    [InlineData("$2b$04$Dgx3Y5IOezzp1Qg0lNkBNfn3zztoTpL8dWZw64ydEzAQnwRz6bO2u")]
    [InlineData("$2b$04$Dgx3Y5IOezzp1Qg0lNkBNen3zztoTpL8dWZw64ydEzAQnwRz6bO2")]
    [InlineData("$2b$04$Dgx3Y5IOezzp1Qg0lNkBNen3zztoTpL8dWZw64ydEzAQnwRz6bO2u\n")]
    [InlineData("$argon2i$v=19$m=64,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o")]
    [InlineData("$argon2id$v=16$m=64,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o")]
    [InlineData("$argon2id$v=19$m=65537,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o")]
    [InlineData("$argon2id$v=19$m=64,t=0,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o")]
    [InlineData("$argon2id$v=19$m=7,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o")]
    [InlineData("$argon2id$v=19$m=512,t=1,p=17$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o")]
    [InlineData("$argon2id$v=19$m=512,t=1,p=0$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o")]
    [InlineData("$argon2id$v=19$m=64,t=1,p=1$bg$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o")]
    [InlineData("$argon2id$v=19$m=64,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJ")]
    [InlineData("$argon2id$v=19$m=64,t=1,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8oab")]
    [InlineData("$pbkdf2-sha1$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44")]
    [InlineData("$pbkdf2-sha256$0$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44")]
    [InlineData("$pbkdf2-sha256$9999999999$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMA==")]
    [InlineData("AQAAAAIAAYagAAAAE+/=")]
    [InlineData("AQAAAAMAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M")]
    [InlineData("AQAAAAD////6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M")]
    [InlineData("AQAAAAAAAAD6/////whftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M")]
    [InlineData("AQAAAAAAAAD6AAAAf+/ftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M")]
    public void AnotherText_IsNoHash(string text) => Assert.Null(ImportedHash.Find(text));
}
