using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Identity.Web;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Validation.AspNetCore;

namespace Gatehouse.Tests.Integration.Verifiers;

/// <summary>An API of others that verifies tokens by libraries for ASP.NET Core, each behind a path. It knows the URL of the issuer and its own audience.</summary>
internal static class VerifierApp
{
    public const string JwtBearer = "jwt-bearer";
    public const string MicrosoftIdentityWeb = "microsoft-identity-web";
    public const string OpenIddict = "openiddict";

    public static async Task<WebApplication> StartAsync(string issuer, string audience)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication()
            .AddJwtBearer(JwtBearer, options =>
            {
                options.Authority = issuer;
                options.Audience = audience;

                // The issuer is on this machine.
                options.RequireHttpsMetadata = false;
            })
            .AddMicrosoftIdentityWebApi(
                options =>
                {
                    // By default it expects the issuers and the URLs of Entra ID.
                    options.MetadataAddress = issuer + "/.well-known/openid-configuration";
                    options.RequireHttpsMetadata = false;
                    options.TokenValidationParameters.ValidAudience = audience;
                    options.TokenValidationParameters.ValidIssuer = issuer;
                    options.TokenValidationParameters.IssuerValidator = static (name, _, parameters) => name == parameters.ValidIssuer ? name : throw new SecurityTokenInvalidIssuerException();
                },
                options =>
                {
                    options.Instance = issuer;
                    options.TenantId = "gatehouse";
                    options.ClientId = audience;

                    // It knows the scopes of Entra ID, scp, and roles.
                    options.AllowWebApiToBeAuthorizedByACL = true;
                },
                MicrosoftIdentityWeb);
        builder.Services.AddOpenIddict().AddValidation(options =>
        {
            options.SetIssuer(issuer);
            options.AddAudiences(audience);
            options.UseSystemNetHttp();
            options.UseAspNetCore();
        });

        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        Map(app, JwtBearer, JwtBearer);
        Map(app, MicrosoftIdentityWeb, MicrosoftIdentityWeb);
        Map(app, OpenIddict, OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static void Map(WebApplication app, string path, string scheme) => app
        .MapGet(path, static (ClaimsPrincipal user) => user.Identity!.IsAuthenticated)
        .RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = scheme });
}
