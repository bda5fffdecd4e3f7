// Lists the same products to the same tokens as Gatehouse does, by a minimal API with JwtBearer:
//   Peer <url to listen on> <issuer> <audience> <file with the key set> <file with the page>
using System.Text.Json;
using Gatehouse.Bench.Peer;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

var keys = new JsonWebKeySet(await File.ReadAllTextAsync(args[3]));
var page = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(args[4]), PeerJsonContext.Default.ProductPage)!;

var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls(args[0]);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, PeerJsonContext.Default));
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
{
    bearer.MapInboundClaims = false;
    bearer.TokenValidationParameters = new TokenValidationParameters
    {
        ValidIssuer = args[1],
        ValidAudience = args[2],
        ValidTypes = ["at+jwt"],
        IssuerSigningKeys = keys.GetSigningKeys(),
        ClockSkew = TimeSpan.FromSeconds(30),
    };
});
builder.Services.AddAuthorizationBuilder().AddPolicy("products:read", static policy => policy.RequireAssertion(static context =>
    context.User.FindFirst("scope")?.Value.Split(' ').Contains("products:read") ?? false));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/api/products", () => TypedResults.Ok(page)).RequireAuthorization("products:read");
app.MapGet("/health", () => TypedResults.Ok());
app.Run();
