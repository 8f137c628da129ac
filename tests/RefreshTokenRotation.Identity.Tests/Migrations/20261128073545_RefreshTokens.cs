using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RefreshTokenRotation.Identity.Tests.Migrations
{
    /// <inheritdoc />
    public partial class RefreshTokens : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "RefreshTokenFamilies",
                columns: table => new
                {
                    LookupKey = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    FamilyId = table.Column<Guid>(type: "uuid", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    Generation = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    RotatedAt = table.Column<long>(type: "bigint", nullable: false),
                    LeewayUntil = table.Column<long>(type: "bigint", nullable: false),
                    RecoverUntil = table.Column<long>(type: "bigint", nullable: false),
                    AbsoluteExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    IdleExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    LastUsedAt = table.Column<long>(type: "bigint", nullable: false),
                    RevokedAt = table.Column<long>(type: "bigint", nullable: false),
                    AuthenticationTime = table.Column<long>(type: "bigint", nullable: false),
                    PruneBucket = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<short>(type: "smallint", nullable: false),
                    RevocationReason = table.Column<short>(type: "smallint", nullable: false),
                    SecretHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    Salt = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    Trail = table.Column<byte[]>(type: "bytea", maxLength: 1024, nullable: true),
                    TenantId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    SessionId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    AuthorizationId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    SenderKeyThumbprint = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    Acr = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    Scopes = table.Column<string>(type: "text", nullable: true),
                    Resources = table.Column<string>(type: "text", nullable: true),
                    Amr = table.Column<string>(type: "text", nullable: true),
                    FirstIpAddress = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    FirstUserAgent = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: true),
                    FirstDeviceName = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    LastIpAddress = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    LastUserAgent = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: true),
                    LastDeviceName = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    Metadata = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RefreshTokenFamilies", x => x.LookupKey);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 60);

            migrationBuilder.CreateTable(
                name: "RefreshTokenLocks",
                columns: table => new
                {
                    Bucket = table.Column<int>(type: "integer", nullable: false),
                    Adds = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RefreshTokenLocks", x => x.Bucket);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 20);

            migrationBuilder.CreateTable(
                name: "RefreshTokenPolicies",
                columns: table => new
                {
                    Key = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    TenantId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Policy = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RefreshTokenPolicies", x => x.Key);
                });

            migrationBuilder.CreateIndex(
                name: "IX_RefreshTokenFamilies_FamilyId",
                table: "RefreshTokenFamilies",
                column: "FamilyId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RefreshTokenFamilies_PruneBucket",
                table: "RefreshTokenFamilies",
                column: "PruneBucket");

            migrationBuilder.CreateIndex(
                name: "IX_RefreshTokenFamilies_TenantId_AuthorizationId_CreatedAt_Fam~",
                table: "RefreshTokenFamilies",
                columns: new[] { "TenantId", "AuthorizationId", "CreatedAt", "FamilyId" });

            migrationBuilder.CreateIndex(
                name: "IX_RefreshTokenFamilies_TenantId_ClientId_CreatedAt_FamilyId",
                table: "RefreshTokenFamilies",
                columns: new[] { "TenantId", "ClientId", "CreatedAt", "FamilyId" });

            migrationBuilder.CreateIndex(
                name: "IX_RefreshTokenFamilies_TenantId_CreatedAt_FamilyId",
                table: "RefreshTokenFamilies",
                columns: new[] { "TenantId", "CreatedAt", "FamilyId" });

            migrationBuilder.CreateIndex(
                name: "IX_RefreshTokenFamilies_TenantId_SessionId_CreatedAt_FamilyId",
                table: "RefreshTokenFamilies",
                columns: new[] { "TenantId", "SessionId", "CreatedAt", "FamilyId" });

            migrationBuilder.CreateIndex(
                name: "IX_RefreshTokenFamilies_TenantId_Subject_CreatedAt_FamilyId",
                table: "RefreshTokenFamilies",
                columns: new[] { "TenantId", "Subject", "CreatedAt", "FamilyId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "RefreshTokenFamilies");

            migrationBuilder.DropTable(
                name: "RefreshTokenLocks");

            migrationBuilder.DropTable(
                name: "RefreshTokenPolicies");
        }
    }
}
